"""What a synchronised lookup table says of itself: how old it is, and how large."""

from datetime import datetime

import msgspec

from webhook.core.printable import printable
from webhook.core.times import parse_time, render_time
from webhook.errors import Invalid, InvalidDocument

SUFFIX = ".state"
"""Ends the name of a file with a state. A folder of the lookup table may hold it: no table is read from it."""


class TableState(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The outcome of the last synchronisation that came to its end, and whether one failed since."""

    synced_at: datetime | None
    """When it began to ask the registry: nothing that is younger can be in the table. None: there was none so far."""
    images: int
    """Images that the registry had."""
    entries: int
    """Digests that the table maps to a scan."""
    failed_at: datetime | None = None
    """When a later one failed, the last of them; the table stayed as it was."""


class _Written(msgspec.Struct, frozen=True, rename="camel", kw_only=True, omit_defaults=True):
    synced_at: str | None = None
    images: int
    entries: int
    failed_at: str | None = None


_DECODER = msgspec.json.Decoder(_Written)


def render_state(state: TableState) -> str:
    """Write a state."""
    written = _Written(
        synced_at=None if state.synced_at is None else render_time(state.synced_at),
        images=state.images,
        entries=state.entries,
        failed_at=None if state.failed_at is None else render_time(state.failed_at),
    )
    return msgspec.json.encode(written).decode() + "\n"


def parse_state(text: str | bytes, source: str) -> TableState:
    """Return the state in *text*, which is called *source* in messages.

    Raises:
        InvalidDocument: it is none.
    """
    try:
        written = _DECODER.decode(text)
        return TableState(
            synced_at=None if written.synced_at is None else parse_time(written.synced_at),
            images=written.images,
            entries=written.entries,
            failed_at=None if written.failed_at is None else parse_time(written.failed_at),
        )
    except (msgspec.MsgspecError, UnicodeDecodeError, Invalid) as error:
        raise InvalidDocument(f"{source}: {printable(str(error), limit=200)}") from error
