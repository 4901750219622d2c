"""How far a long job is, for people: a bar on a terminal, else a line now and then."""

import time
from collections.abc import Callable

TELL_SECONDS = 10.0
"""Between two lines where there is no terminal."""

DRAW_SECONDS = 0.1
"""Between two states of the bar."""

WIDTH = 30
"""Of the bar, in characters."""


class Progress:
    """Shows the progress of a survey of the registry."""

    def __init__(self, write: Callable[[str], object], *, terminal: bool) -> None:
        """Begin to show it by *write*. On a *terminal* lines are drawn over."""
        self._write = write
        self._terminal = terminal
        self._told = time.monotonic()

    def listed(self, images: int) -> None:
        """Hear of so many images found so far."""
        self._tell(f"{images} images found", last=False)

    def scanned(self, images: int, of: int) -> None:
        """Hear of so many whose scan was asked for."""
        bar = f"[{'#' * (WIDTH * images // of):<{WIDTH}}]  " if self._terminal else ""
        self._tell(f"{bar}scans of {images} of {of} images read", last=images == of)

    def _tell(self, text: str, *, last: bool) -> None:
        pause = DRAW_SECONDS if self._terminal else TELL_SECONDS
        if last or time.monotonic() - self._told >= pause:
            self._told = time.monotonic()
            begin, end = ("\r" if self._terminal else ""), ("\n" if last or not self._terminal else "")
            self._write(f"{begin}{text}{end}")
