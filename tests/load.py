"""Admissions that are asked for all the time, and a count of those that failed or were wrong."""

import itertools
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from tests.gates import Setup
from tests.goclient.transport import Transport
from tests.goclient.webhooks import AdmissionFailed, admit
from tests.oracle.oracle import verdict
from tests.oracle.verdicts import Verdict
from tests.oracle_state import state_of
from tests.processes import eventually
from tests.service.registry import App, Registry, new_app
from webhook.wiring.clock import now

Ask = Callable[[App], str]
"""Asks for the admission of a pod with this image; returns why it is refused, or an empty text.

Raises `AdmissionFailed` where there is no verdict.
"""

APPS = 4
"""Images of each kind: every process of the gate has to ask for each of them once."""

SCANS: Sequence[Mapping[str, Any]] = (
    {},
    {"vulnerabilities": {"critical": 1}},
    {"vulnerabilities": {"medium": 7}},
    {"scannedAt": "900h ago"},
    {"scannedAt": "700h ago"},
    {"status": "ERROR"},
)
"""Of the kinds of images, each within limits or not, by turns."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An image that is asked about, and what the oracle says of a pod with it."""

    app: App
    said: Verdict

    @property
    def reasons(self) -> frozenset[str]:
        """Why it is refused, if it is: a refusal for another reason would hide that the image was not judged."""
        return frozenset(one.reason for outcomes in self.said.images.values() for one in outcomes if not one.passes)

    def fits(self, refusal: str) -> bool:
        """Tell whether the oracle agrees with an answer: an empty text, or why the image is refused."""
        return (not refusal) in self.said.allowed and (not refusal or any(one in refusal for one in self.reasons))


def images(world: Registry) -> Sequence[Asked]:
    """Put images of all kinds into the registry, for a gate that has the usual policy of the tests."""
    apps = [(new_app(), scan) for _ in range(APPS) for scan in SCANS]
    world.add(*(app.section() | {"scans": [{"id": app.scan_id, **scan}]} for app, scan in apps))
    state = state_of(world.emulator.world, Setup(registry=world.url).scan_policy, now())
    return [Asked(app, verdict(app.review(), state)) for app, _ in apps]


def asking(transport: Transport) -> Ask:
    """Return what asks the gate itself as an API server does."""
    return lambda app: admit(transport, app.review())


@dataclass
class Tally:
    """What became of the admissions."""

    admitted: int = 0
    refused: int = 0
    failed: list[str] = field(default_factory=list)
    """Without a verdict."""
    wrong: list[str] = field(default_factory=list)
    """Otherwise than the oracle says, or for another reason."""

    @property
    def requests(self) -> int:
        """How many there were."""
        return self.admitted + self.refused + len(self.failed) + len(self.wrong)


class Load:
    """Clients that ask one admission after the other, as long as the context lasts."""

    def __init__(self, asks: Sequence[Ask], images: Sequence[Asked]) -> None:
        """Give each of *asks* a thread; the images take turns."""
        self.tally = Tally()
        self._images = images
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=(ask, number), name=f"client-{number}")
            for number, ask in enumerate(asks)
        ]

    def __enter__(self) -> Self:
        """Begin, and wait until each client has had answers."""
        for thread in self._threads:
            thread.start()
        self.advance(2 * len(self._threads))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let each client finish what it is doing."""
        self._ending.set()
        for thread in self._threads:
            thread.join()

    def advance(self, requests: int) -> None:
        """Wait until so many more have come to an end."""
        goal = self.tally.requests + requests
        eventually(lambda: self.tally.requests >= goal)

    def _work(self, ask: Ask, first: int) -> None:
        for number in itertools.count(first):
            if self._ending.is_set():
                return
            self._ask(ask, self._images[number % len(self._images)])

    def _ask(self, ask: Ask, asked: Asked) -> None:
        try:
            refusal = ask(asked.app)
        except AdmissionFailed as error:
            with self._lock:
                self.tally.failed.append(str(error))
            return
        with self._lock:
            if not asked.fits(refusal):
                self.tally.wrong.append(f"{asked.said}: {refusal or 'admitted'}")
            elif refusal:
                self.tally.refused += 1
            else:
                self.tally.admitted += 1
