"""What a synchronised lookup table says of itself: how old it is, and how large."""

from datetime import datetime

import msgspec

from webhook.core.printable import printable
from webhook.core.times import parse_time, render_time
from webhook.errors import Invalid, InvalidDocument

SUFFIX = ".state"
"""Ends the name of a file with a state. A folder of the lookup table may hold it: no table is read from it."""


class TableState(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The outcome of the last synchronisation that came to its end."""

    synced_at: datetime
    """When it began to ask the registry: nothing that is younger can be in the table."""
    images: int
    """Images that the registry had."""
    entries: int
    """Digests that the table maps to a scan."""


class _Written(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    synced_at: str
    images: int
    entries: int


_DECODER = msgspec.json.Decoder(_Written)


def render_state(state: TableState) -> str:
    """Write a state."""
    written = _Written(synced_at=render_time(state.synced_at), images=state.images, entries=state.entries)
    return msgspec.json.encode(written).decode() + "\n"


def parse_state(text: str | bytes, source: str) -> TableState:
    """Return the state in *text*, which is called *source* in messages.

    Raises:
        InvalidDocument: it is none.
    """
    try:
        written = _DECODER.decode(text)
        return TableState(synced_at=parse_time(written.synced_at), images=written.images, entries=written.entries)
    except (msgspec.MsgspecError, UnicodeDecodeError, Invalid) as error:
        raise InvalidDocument(f"{source}: {printable(str(error), limit=200)}") from error
