"""Which faults are switched on. Any thread may switch them while requests are being answered."""

import hashlib
import itertools
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from webhook.emulator.calls import matches
from webhook.emulator.faults import Fault


@dataclass(slots=True)
class _Entry:
    """A fault that is switched on, and how often it met a request. Guarded by the board's lock."""

    number: int
    fault: Fault
    released: threading.Event = field(default_factory=threading.Event)
    seen: int = 0
    applied: int = 0


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault that a request was struck by."""

    fault: Fault
    nth: int
    """How many requests it struck before."""
    released: threading.Event
    """Set when the fault is removed, or the emulator stops: whoever waits because of it waits no longer."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A fault on the board, for people to look at."""

    number: int
    fault: Fault
    seen: int
    applied: int


class FaultBoard:
    """The faults of one emulator."""

    def __init__(self, seed: str) -> None:
        """Begin with none; *seed* decides which requests a probability picks."""
        self._seed = seed
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._entries: dict[int, _Entry] = {}
        self._spent: list[threading.Event] = []
        """Of faults that struck as often as they should; requests may still wait because of them."""

    def add(self, *faults: Fault) -> tuple[int, ...]:
        """Switch faults on, and return the numbers by which they can be removed."""
        with self._lock:
            return tuple(self._post(fault) for fault in faults)

    def remove(self, number: int) -> bool:
        """Switch one off, and let go whoever waits because of it; say whether it was there."""
        with self._lock:
            return self._drop(number)

    def release(self) -> None:
        """Let go whoever waits because of a fault now; all faults stay on."""
        with self._lock:
            self._release()

    def clear(self) -> None:
        """Switch all of them off, and let go whoever waits because of them."""
        self.replace(())

    def replace(self, faults: Iterable[Fault]) -> None:
        """Switch all of them off and others on, with no request in between."""
        with self._lock:
            self._release()
            self._entries.clear()
            for fault in faults:
                self._post(fault)

    def list(self) -> tuple[Posted, ...]:
        """Return the faults that are on, in the order in which they came."""
        with self._lock:
            return tuple(
                Posted(entry.number, entry.fault, entry.seen, entry.applied) for entry in self._entries.values()
            )

    def take(self, method: str, path: str) -> tuple[Strike, ...]:
        """Return what strikes a request, and count it."""
        with self._lock:
            strikes = (self._strike(entry, method, path) for entry in tuple(self._entries.values()))
            return tuple(strike for strike in strikes if strike is not None)

    def _release(self) -> None:
        while self._spent:
            self._spent.pop().set()
        for entry in self._entries.values():
            entry.released.set()
            entry.released = threading.Event()

    def _post(self, fault: Fault) -> int:
        number = next(self._numbers)
        self._entries[number] = _Entry(number, fault)
        return number

    def _drop(self, number: int) -> bool:
        entry = self._entries.pop(number, None)
        if entry is not None:
            entry.released.set()
        return entry is not None

    def _strike(self, entry: _Entry, method: str, path: str) -> Strike | None:
        fault = entry.fault
        if not matches(fault.path, method, path):
            return None
        entry.seen += 1
        if (entry.seen - 1) % fault.every or self._chance(entry) >= fault.probability:
            return None
        entry.applied += 1
        if entry.applied == fault.times:
            self._spent.append(self._entries.pop(entry.number).released)
        return Strike(fault, entry.applied - 1, entry.released)

    def _chance(self, entry: _Entry) -> float:
        """Return a number from 0 to 1 that seed, fault and request decide: a run can be repeated."""
        name = f"{self._seed} {entry.number} {entry.seen}".encode()
        return int.from_bytes(hashlib.sha256(name).digest()[:8]) / 2**64
