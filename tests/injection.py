"""Errors that are raised where one function calls another, without changing either of them."""

import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from tests.processes import ROOT

PACKAGE = ROOT / "webhook"
DECIDING = ("app.py", "desk.py", "repeats.py", "gate.py", "inquiry.py", "details.py", "core", "adapters")
"""Of the package: what is on the way from a review to its answer."""

COLLECTED = frozenset({"gc_callback", "__del__"})
COLLECTING = frozenset({weakref.__file__, weakref.WeakSet.__init__.__code__.co_filename})
"""Names and files of what the garbage collector calls, which comes when it likes."""


@dataclass(frozen=True, slots=True, order=True)
class Site:
    """A line that calls a function."""

    file: str
    line: int
    called: str

    def __str__(self) -> str:
        """Write it as a place in the package."""
        return f"{self.file}:{self.line} calls {self.called}"


@dataclass
class Injection:
    """Notes the call sites that a thread comes to, and raises an error the first time at *site*."""

    site: Site | None = None
    error: Callable[[], Exception] = RuntimeError
    sites: dict[Site, None] = field(default_factory=dict)
    """In the order in which they were come to."""
    raised: bool = False

    def __call__(self, frame: FrameType, event: str, _argument: Any) -> None:
        """Hear of what the interpreter does."""
        if event != "call" or self.raised or (site := _site(frame)) is None:
            return
        self.sites[site] = None
        if site == self.site:
            self.raised = True
            raise self.error()


@contextmanager
def injected(injection: Injection) -> Iterator[Injection]:
    """Watch this thread, and those that it starts."""
    threading.setprofile(injection)
    sys.setprofile(injection)
    try:
        yield injection
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def _site(frame: FrameType) -> Site | None:
    """Return where a call comes from, if that is on the way of a decision."""
    caller = frame.f_back
    if frame.f_code.co_name in COLLECTED or frame.f_code.co_filename in COLLECTING:
        return None
    file = None if caller is None else _on_the_way(caller.f_code.co_filename)
    return None if caller is None or file is None else Site(file, caller.f_lineno, frame.f_code.co_qualname)


@cache
def _on_the_way(file: str) -> str | None:
    """Return the place in the package of a file that is on the way of a decision."""
    path = Path(file)
    inner = path.relative_to(PACKAGE) if path.is_relative_to(PACKAGE) else None
    return str(inner) if inner is not None and inner.parts[0] in DECIDING else None
