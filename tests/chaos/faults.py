"""The faults of a plan: each is begun, lasts for a moment, and is put right."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

from tests.chaos.site import POLICY, Site, few_descriptors
from tests.chaos.tally import CHANGE_SECONDS, SETTLE_SECONDS, Tally
from tests.mounts import replace
from webhook.emulator import faults
from webhook.emulator.faults import Fault

Spoil = Callable[[Site, Tally, random.Random], Iterator[None]]
"""Begins a fault up to its yield, and puts it right behind it."""

Make = Callable[[random.Random, str], Fault]
"""Makes a fault of the registry that strikes calls of a path."""

PATHS = ("*/scans/*", "*/images/*", "*/images*", "*")
ODD = ("{", "[]", "null", '{"id": 1}', '{"id": "che1", "id": "che2"}', '{"status": NaN}', "[" * 5000)

SECONDS = (0.1, 0.5)
"""How long a fault lasts, from and to, where it says nothing else."""

REGISTRY: Mapping[str, Make] = {
    "latency": lambda chance, path: faults.Latency(path=path, seconds=chance.choice([0.2, 1.0, 3.0])),
    "hang": lambda _, path: faults.Hang(path=path),
    "reset": lambda _, path: faults.Reset(path=path),
    "close": lambda _, path: faults.Close(path=path),
    "half-body": lambda _, path: faults.HalfBody(path=path),
    "drip": lambda _, path: faults.Drip(path=path, seconds=0.05),
    "error-5xx": lambda chance, path: faults.Status(path=path, status=chance.choice([500, 502, 503, 504])),
    "error-4xx": lambda chance, path: faults.Status(path=path, status=chance.choice([403, 408, 418])),
    "throttled-429": lambda _, path: faults.Status(path=path, status=429, retry_after=1),
    "huge-answer": lambda _, path: faults.Huge(path=path, mebibytes=3),
    "odd-json": lambda chance, path: faults.Body(path=path, text=chance.choice(ODD)),
    "web-page": lambda _, path: faults.Html(path=path),
    "flip-flop": lambda chance, _: faults.Flip(path="GET */images/crpimage*", field="digest", values=("sha256:",)),
    "token-expired": lambda _, path: faults.ExpiredToken(path=path),
}


def _registry(
    make: Callable[[random.Random, str], Fault], site: Site, _: Tally, chance: random.Random
) -> Iterator[None]:
    [number] = site.emulator.faults.add(make(chance, chance.choice(PATHS)))
    yield
    site.emulator.faults.remove(number)


def _clock(site: Site, _: Tally, chance: random.Random) -> Iterator[None]:
    site.clock.ahead = timedelta(days=chance.choice([-1, 1]))
    yield
    site.clock.ahead = timedelta()


def _killed(site: Site, _: Tally, chance: random.Random) -> Iterator[None]:
    with suppress(ProcessLookupError, IndexError):
        os.kill(chance.choice(site.workers()), signal.SIGKILL)
    yield


def _stopped(site: Site, _: Tally, chance: random.Random) -> Iterator[None]:
    workers = site.workers()
    pid = chance.choice(workers) if workers else 0
    with suppress(ProcessLookupError):
        if pid:
            os.kill(pid, signal.SIGSTOP)
        yield
        if pid:
            os.kill(pid, signal.SIGCONT)


def _descriptors(site: Site, _: Tally, chance: random.Random) -> Iterator[None]:
    workers = site.workers()
    if not workers:
        yield
        return
    with few_descriptors(chance.choice(workers)):
        yield


def _full(site: Site, _: Tally, chance: random.Random) -> Iterator[None]:
    """Fill the temporary folder, and have a table read that would have to be compiled there."""
    if site.mounted:
        site.fill()
    site.write_table(site.table, more=chance.choice([0, 4000]))
    yield
    site.empty()
    site.write_table(site.table)


def _torn_configuration(site: Site, _: Tally, chance: random.Random) -> Iterator[None]:
    file = site.folder / "gate.yaml"
    file.write_text(site.configuration[: chance.randrange(len(site.configuration))], encoding="utf-8")
    yield
    replace(file, site.configuration)


def _unknown_name(site: Site, _: Tally, __: random.Random) -> Iterator[None]:
    """Name a host for the registry that no name server knows, for long enough that it is taken up."""
    section = "registry:\n  endpoint: http://nowhere.invalid:1\n"
    replace(site.folder / "gate.yaml", site.configuration.replace("registry:\n", section))
    yield
    replace(site.folder / "gate.yaml", site.configuration)


def _policy(site: Site, tally: Tally, _: random.Random) -> Iterator[None]:
    site.write_policy(1 - site.policy)
    tally.force = (site.policy, site.table)
    yield


def _bad_policy(site: Site, _: Tally, chance: random.Random) -> Iterator[None]:
    file = site.folder / POLICY
    whole = file.read_text(encoding="utf-8")
    file.write_text(chance.choice(["", "rules: [", whole[: len(whole) // 2], "kind: ScanPolicy\n"]), encoding="utf-8")
    yield
    site.write_policy(site.policy)


def _table(site: Site, tally: Tally, _: random.Random) -> Iterator[None]:
    site.write_table(1 - site.table)
    tally.force = (site.policy, site.table)
    yield


def _bad_table(site: Site, _: Tally, chance: random.Random) -> Iterator[None]:
    (site.folder / "table.yaml").write_text(chance.choice(["{", "[]", "sha256:1: x", "\0"]), encoding="utf-8")
    yield
    site.write_table(site.table)


def _rotated(site: Site, _: Tally, chance: random.Random) -> Iterator[None]:
    site.rotate(good=chance.random() < 0.7)  # noqa: PLR2004 - most of them
    yield
    site.rotate()


OTHERS: Mapping[str, tuple[Spoil, tuple[float, float], float]] = {
    "clock-a-day-off": (_clock, SECONDS, SETTLE_SECONDS),
    "worker-killed": (_killed, SECONDS, SETTLE_SECONDS),
    "worker-stopped": (_stopped, (0.5, 2.0), SETTLE_SECONDS),
    "descriptors-exhausted": (_descriptors, (0.3, 1.0), SETTLE_SECONDS),
    "tmpfs-full": (_full, (0.5, 1.5), CHANGE_SECONDS),
    "configuration-torn": (_torn_configuration, (0.1, 5.0), CHANGE_SECONDS),
    "name-unknown": (_unknown_name, (4.0, 6.0), CHANGE_SECONDS),
    "policy-rewritten": (_policy, SECONDS, CHANGE_SECONDS),
    "policy-bad": (_bad_policy, (0.1, 5.0), CHANGE_SECONDS),
    "table-rewritten": (_table, SECONDS, CHANGE_SECONDS),
    "table-bad": (_bad_table, (0.1, 5.0), CHANGE_SECONDS),
    "certificate-rotated": (_rotated, (0.5, 2.0), SETTLE_SECONDS),
}
"""What is spoilt beside the registry, how long that lasts, and after how long its effects are over."""

KINDS = (*REGISTRY, *OTHERS)
RARE = ("name-unknown", "configuration-torn", "policy-bad", "table-bad", "tmpfs-full")
"""What takes seconds: drawn less often."""


def settling(kind: str) -> float:
    """Return how many seconds after a fault its effects are over."""
    return OTHERS[kind][2] if kind in OTHERS else SETTLE_SECONDS


@contextmanager
def spoilt(kind: str, site: Site, tally: Tally, chance: random.Random) -> Iterator[float]:
    """Begin a fault, give how long it should last, and put it right."""
    spoil, span, settle = OTHERS.get(kind) or (partial(_registry, REGISTRY[kind]), SECONDS, SETTLE_SECONDS)
    window = tally.windows.open(kind, settle)
    course = spoil(site, tally, chance)
    try:
        next(course)
        yield chance.uniform(*span)
    finally:
        next(course, None)
        window.ended = time.monotonic()


def sampled(site: Site) -> tuple[int, int, int]:
    """Return what the gate's processes take: memory in KiB, threads and descriptors."""
    found = [_taken(pid) for pid in (site.gate.process.process.pid, *site.workers())]
    return (sum(one[0] for one in found), sum(one[1] for one in found), sum(one[2] for one in found))


def _taken(pid: int) -> tuple[int, int, int]:
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
        fields = {name: value.split() for name, _, value in (line.partition(":") for line in lines)}
        descriptors = len(os.listdir(f"/proc/{pid}/fd"))
        return int(fields["VmRSS"][0]), int(fields["Threads"][0]), descriptors
    return 0, 0, 0
