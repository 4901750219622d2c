"""Audit logs, read from where they lie, and what is said about them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from webhook.adapters.log_files import STDIN, LogFiles
from webhook.core.audit_logs import LogLine, Reading, Span
from webhook.core.progress import Progress
from webhook.core.records import render_indented

PROGRESS_LINES = 5000
"""So often it is said how far the reading has come: some times a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logs:
    """Which logs are read, and which part of them."""

    files: Sequence[Path]
    """None: standard input."""
    stdin: BinaryIO
    span: Span = Span()
    progress: Callable[[Progress | None], None] | None = None
    """Is told how far it has come, and None at the end."""

    def reading(self) -> Reading:
        """Return the pass that is to be made."""
        return Reading(self.span)

    def lines(self) -> Iterator[LogLine]:
        """Yield every line."""
        files = LogFiles(self.files or (STDIN,), self.stdin)
        progress = self.progress
        if progress is None:
            yield from files.lines()
            return
        for number, line in enumerate(files.lines(), 1):
            yield line
            if number % PROGRESS_LINES == 0:
                progress(Progress(number, files.done, files.total))
        progress(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a report is given."""

    json: bool
    top: int
    """Rows of each table."""
    say: Callable[[str], None]

    def give(self, lines: Callable[[], Iterable[str]], document: Callable[[], Any]) -> None:
        """Give the report."""
        if self.json:
            self.say(render_indented(document()))
        else:
            for line in lines():
                self.say(line)
