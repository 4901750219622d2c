"""The trial: a plan of faults in bursts with calm between them, under load from beginning to end."""

import itertools
import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.chaos.asks import KINDS as IMAGES
from tests.chaos.asks import Ask, stall
from tests.chaos.faults import KINDS, RARE, sampled, settling, spoilt
from tests.chaos.site import Site, site
from tests.chaos.tally import Tally, Windows
from tests.goclient.transport import Transport
from tests.goclient.webhooks import AdmissionFailed, verdict
from tests.service.registry import new_app

CLIENTS = 8
DIALING = 4
"""One client of so many opens a new connection for each review."""

HOT = 3
"""One review of so many is of the first few images, which are soon remembered."""

AT_ONCE = 4
"""Faults of one burst that may overlap."""

CALM_SECONDS = 4.0
"""Of each calm, after the effects of the last fault are over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much, and by which seed."""

    seed: int
    faults: int
    burst: int = 25
    """Faults between two calms."""
    images: int = 60
    """Of each kind."""
    kinds: Sequence[str] = KINDS
    pause: float = 0.05
    """Seconds of each client between two of its reviews: a full machine hides what is slow."""


@dataclass
class Course:
    """What a trial has shown."""

    plan: Plan
    tally: Tally
    seconds: float = 0.0
    mounted: bool = False
    dials: int = 0
    broken: list[str] = field(default_factory=list)
    samples: list[tuple[int, int, int]] = field(default_factory=list)
    """In the calms: KiB of memory, threads, descriptors."""

    def growth(self, place: int) -> tuple[float, float]:
        """Return the medians of the first and of the last third of the samples."""
        values = [sample[place] for sample in self.samples]
        third = max(1, len(values) // 3)
        return median(values[:third]), median(values[-third:])


def drawn(plan: Plan) -> list[str]:
    """Return the kinds of faults in their order: each once before any twice, and slow ones less often."""
    chance = random.Random(plan.seed)  # noqa: S311 - chance that can be repeated is what this is about
    weights = [0.3 if kind in RARE else 1.0 for kind in plan.kinds]
    first = chance.sample(plan.kinds, k=min(len(plan.kinds), plan.faults))
    return first + chance.choices(plan.kinds, weights, k=plan.faults - len(first))


def run(plan: Plan, folder: Path) -> Course:
    """Carry a plan out."""
    begun, goods = time.monotonic(), stall((new_app() for _ in itertools.count()), plan.images)
    asks = list(goods.asks())
    course = Course(plan, Tally(Windows()))
    with ExitStack() as stack:
        place = stack.enter_context(site(folder, goods, f"chaos {plan.seed}"))
        course.mounted = place.mounted
        trust = place.authority.trust()
        keeping, dialing = (Transport(lambda: place.gate.port, lambda: trust, idle=idle) for idle in (25, 0))
        clients = (keeping, dialing)
        for client in clients:
            stack.enter_context(closing(client))
        with _Load(clients, asks, course):
            time.sleep(CALM_SECONDS)
            _carry_out(place, course)
        course.dials = sum(client.dials.done for client in clients)
        course.broken = [failure for client in clients for failure in client.dials.failures]
    course.seconds = time.monotonic() - begun
    return course


def _carry_out(place: Site, course: Course) -> None:
    kinds = drawn(course.plan)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for start in range(0, len(kinds), course.plan.burst):
            burst = kinds[start : start + course.plan.burst]
            done = [threads.submit(_spoil, kind, number, place, course) for number, kind in enumerate(burst, start)]
            for one in done:
                one.result()
            time.sleep(max(map(settling, burst)) + CALM_SECONDS)
            course.samples.append(sampled(place))


_FILES = threading.Lock()
"""Two changes of one file at the same time would undo each other."""


def _spoil(kind: str, number: int, place: Site, course: Course) -> None:
    chance = random.Random(f"{course.plan.seed} {number}")  # noqa: S311 - as above
    files = kind.startswith(("configuration", "name", "policy", "table", "tmpfs", "certificate", "clock"))
    with _FILES if files else threading.Lock(), spoilt(kind, place, course.tally, chance) as seconds:
        time.sleep(seconds)


class _Load:
    """Clients that ask as long as the context lasts."""

    def __init__(self, clients: tuple[Transport, Transport], asks: Sequence[Ask], course: Course) -> None:
        """Ask by a client that keeps its connections, and by one that does not."""
        self._keeping, self._dialing = clients
        self._asks, self._tally, self._plan = asks, course.tally, course.plan
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(number,)) for number in range(CLIENTS)]

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join()

    def _work(self, number: int) -> None:
        chance = random.Random(f"{self._plan.seed} client {number}")  # noqa: S311 - as above
        client = self._keeping if number % DIALING else self._dialing
        hot = self._asks[:: max(1, len(self._asks) // (2 * len(IMAGES)))]
        while not self._ending.wait(self._plan.pause):
            self._ask(client, chance.choice(hot if chance.randrange(HOT) == 0 else self._asks))

    def _ask(self, client: Transport, ask: Ask) -> None:
        begun = time.monotonic()
        try:
            said = verdict(client, ask.review)
        except AdmissionFailed as error:
            self._tally.failed(ask, begun, str(error))
        else:
            self._tally.answered(ask, begun, said)
