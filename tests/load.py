"""Admissions that are asked for all the time, and a count of those that failed or were wrong."""

import itertools
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.goclient.transport import Transport
from tests.goclient.webhooks import AdmissionFailed, admit
from tests.processes import eventually
from tests.service.registry import App, Registry

Ask = Callable[[App], str]
"""Asks for the admission of a pod with this image; returns why it is refused, or an empty text.

Raises `AdmissionFailed` where there is no verdict.
"""

APPS = 8
"""Images of each kind: every process of the gate has to ask for each of them once."""

OVER = "over-limits: 1 critical"
"""What a refusal of a bad image must say: one for another reason would hide that it was not judged."""


@dataclass(frozen=True, slots=True)
class Images:
    """What is asked about."""

    good: Sequence[App]
    bad: Sequence[App]


def images(world: Registry) -> Images:
    """Put images into the registry that are within the limits, and as many that are not."""
    return Images(world.apps(APPS), world.apps(APPS, critical=1))


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
    """A good image refused, a bad one admitted or refused for another reason."""

    @property
    def requests(self) -> int:
        """How many there were."""
        return self.admitted + self.refused + len(self.failed) + len(self.wrong)


class Load:
    """Clients that ask one admission after the other, as long as the context lasts."""

    def __init__(self, asks: Sequence[Ask], images: Images) -> None:
        """Give each of *asks* a thread; the images take turns, a good one and a bad one."""
        self.tally = Tally()
        self._pairs = [pair for both in zip(images.good, images.bad, strict=True) for pair in _expected(*both)]
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
            self._ask(ask, *self._pairs[number % len(self._pairs)])

    def _ask(self, ask: Ask, app: App, good: bool) -> None:
        try:
            refusal = ask(app)
        except AdmissionFailed as error:
            with self._lock:
                self.tally.failed.append(str(error))
            return
        with self._lock:
            if good and not refusal:
                self.tally.admitted += 1
            elif not good and OVER in refusal:
                self.tally.refused += 1
            else:
                self.tally.wrong.append(f"a {'good' if good else 'bad'} image: {refusal or 'admitted'}")


def _expected(good: App, bad: App) -> tuple[tuple[App, bool], tuple[App, bool]]:
    return (good, True), (bad, False)
