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
    """Shows the progress of a survey of the registry, or of an audit."""

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
        self._tell(f"{self._bar(images, of)}scans of {images} of {of} images read", last=images == of)

    def audited(self, pods: int, of: int) -> None:
        """Hear of so many pods that were read."""
        self._tell(f"{self._bar(pods, of)}{pods} of {of} pods read", last=False)

    def ended(self, pods: int) -> None:
        """Hear that all of them were."""
        self._tell(f"{self._bar(pods, pods)}{pods} of {pods} pods read", last=True)

    def _bar(self, done: int, of: int) -> str:
        return f"[{'#' * (WIDTH * done // max(of, 1)):<{WIDTH}}]  " if self._terminal else ""

    def _tell(self, text: str, *, last: bool) -> None:
        pause = DRAW_SECONDS if self._terminal else TELL_SECONDS
        if last or time.monotonic() - self._told >= pause:
            self._told = time.monotonic()
            begin, end = ("\r" if self._terminal else ""), ("\n" if last or not self._terminal else "")
            self._write(f"{begin}{text}{end}")
