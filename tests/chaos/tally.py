"""When something was wrong, and what came of what was asked."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.chaos.asks import Ask
from tests.goclient.webhooks import Said

SETTLE_SECONDS = 5.5
"""So long after the end of a fault a denial may still be due to it: a registry that did not answer is left alone for up
to four seconds, and what failed then is remembered for one."""

CHANGE_SECONDS = 8.0
"""So long after a file was changed either version may be in force: files are looked at every two seconds, twice."""


@dataclass(slots=True)
class Window:
    """A time in which something is wrong, or two versions may be in force."""

    kind: str
    begun: float
    settle: float
    ended: float | None = None

    def over(self, moment: float) -> bool:
        """Tell whether its effects are over at a moment."""
        return self.ended is not None and moment > self.ended + self.settle


@dataclass
class Windows:
    """All of them, in their order."""

    kinds: Counter[str] = field(default_factory=Counter)
    _recent: list[Window] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self, kind: str, settle: float = SETTLE_SECONDS) -> Window:
        """Begin one."""
        window = Window(kind, time.monotonic(), settle)
        with self._lock:
            self.kinds[kind] += 1
            self._recent = [one for one in self._recent if not one.over(window.begun - 60)]
            self._recent.append(window)
        return window

    def touching(self, begun: float, ended: float) -> set[str]:
        """Return what was wrong at any time from *begun* to *ended*."""
        with self._lock:
            return {one.kind for one in self._recent if one.begun <= ended and not one.over(begun)}


@dataclass
class Tally:
    """What came of what was asked."""

    windows: Windows
    force: tuple[int, int] = (0, 0)
    """Policy and table that are in force where nothing is wrong."""
    asked: int = 0
    calm: int = 0
    """Of these, so many while nothing was wrong."""
    denied_in_windows: int = 0
    """Good images that were refused while something was wrong."""
    wrong_allows: list[str] = field(default_factory=list)
    wrong_denials: list[str] = field(default_factory=list)
    """While nothing was wrong."""
    unanswered: list[str] = field(default_factory=list)
    cut_off: int = 0
    """In flight on a worker that was killed."""
    starved: int = 0
    """Connections that broke while a worker had no descriptors: gunicorn needs two of them to begin to serve one."""
    longest: float = 0.0
    """Seconds of the slowest answer."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answered(self, ask: Ask, begun: float, said: Said) -> None:
        """Hear of an answer."""
        ended, allowed = time.monotonic(), not said.refusal
        wrong = self.windows.touching(begun, ended)
        legal = ask.troubled if wrong else ask.expected[self.force]
        with self._lock:
            self._count(begun, ended, calm=not wrong)
            if allowed in legal:
                self.denied_in_windows += bool(wrong) and not allowed and True in ask.expected[self.force]
            elif allowed:
                self.wrong_allows.append(f"{ask.name}, while {sorted(wrong)}: {'; '.join(said.warnings)}")
            else:
                self.wrong_denials.append(f"{ask.name}, while {sorted(wrong)}: {said.refusal}")

    def failed(self, ask: Ask, begun: float, why: str) -> None:
        """Hear of a call without a verdict."""
        ended = time.monotonic()
        wrong = self.windows.touching(begun, ended)
        with self._lock:
            self._count(begun, ended, calm=not wrong)
            if "worker-killed" in wrong and "HTTP" not in why:
                self.cut_off += 1
            elif "descriptors-exhausted" in wrong and "SSLEOFError" in why:
                self.starved += 1
            else:
                self.unanswered.append(f"{ask.name}, while {sorted(wrong)}: {why}")

    def _count(self, begun: float, ended: float, *, calm: bool) -> None:
        self.asked += 1
        self.calm += calm
        self.longest = max(self.longest, ended - begun)

    @property
    def failures(self) -> list[str]:
        """Everything that must not happen."""
        named = {"wrong allow": self.wrong_allows, "wrong denial": self.wrong_denials, "unanswered": self.unanswered}
        return [f"{name}: {one}" for name, found in named.items() for one in found]
