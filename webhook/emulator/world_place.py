"""Where in a world file something stands: every complaint names it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from webhook.emulator.documents import shown
from webhook.emulator.times import parse_moment
from webhook.errors import InvalidDocument


@dataclass(frozen=True, slots=True)
class Place:
    """A field of a file, and the time that its ages count back from."""

    source: str
    now: datetime
    path: str = ""

    def at(self, step: str) -> "Place":
        """Return the place of a field within this one."""
        return replace(self, path=f"{self.path}.{step}".removeprefix("."))

    def wrong(self, right: str, value: Any) -> InvalidDocument:
        """Return the complaint that *value* stands here; *right* says what should."""
        return InvalidDocument(f"{self.source}: {self.path}: {right}, not {shown(value)}")

    def moment(self, text: str | None, default: datetime) -> datetime:
        """Return the time that stands here, or *default* where none does.

        Raises:
            InvalidDocument: it is not a time.
        """
        if text is None:
            return default
        try:
            return parse_moment(text, self.now)
        except ValueError as error:
            raise self.wrong(str(error), text) from error
