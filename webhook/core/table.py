"""The lookup table: digest of an image to the id of its scan result, written by the cluster's owners."""

import reprlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from webhook.core.documents import Document
from webhook.core.history import History
from webhook.core.images import Digest, parse_digest
from webhook.core.lookup import Hint, ImageId, ScanId, Source, parse_image_id, parse_scan_id
from webhook.core.printable import printable
from webhook.errors import Invalid, InvalidDocument

_KEYS = {"scanResultId", "imageId"}

SYNCHRONISED = ".scans.json"
"""Ends the name of a file that a synchronisation wrote. It gives way to what people wrote, and to others before it."""


class Hints(Protocol):
    """What knows the hint for a digest: a dict, or a table that is too large for one."""

    def get(self, digest: Digest, /) -> Hint | None:
        """Return the hint for *digest*, if there is one."""
        ...

    def __len__(self) -> int:
        """Count the digests."""
        ...


class Histories(Protocol):
    """What knows the earlier scans of images."""

    def of(self, digest: Digest, /) -> History:
        """Return the earlier scans of an image, the newest first. Raises `InvalidDocument` where it cannot."""
        ...


class NoHistories:
    """Knows of no earlier scan."""

    def of(self, _digest: Digest, /) -> History:
        """Return none."""
        return ()


NO_HISTORIES = NoHistories()


@dataclass(frozen=True, slots=True)
class Table:
    """What the cluster's owners say about images. It is checked against the registry all the same."""

    hints: Hints
    histories: Histories = NO_HISTORIES
    """What `scangate table sync` has remembered of earlier scans."""

    def hint(self, digest: Digest) -> Hint | None:
        """Return the hint for *digest*, if there is one."""
        return self.hints.get(digest)


def parse_table(documents: Iterable[Document]) -> Table:
    """Join *documents* into one table.

    Each maps digests to a scan-result id, or to `{scanResultId: …, imageId: …}`. An empty document is an
    empty table; a digest may stand in several documents if they agree. One that was synchronised says nothing
    of a digest that is in another one, or in a synchronised one before it.

    Raises:
        InvalidDocument: a document is not such a mapping, or two that people wrote disagree about a digest.
    """
    hints: dict[Digest, Hint] = {}
    for document in sorted(documents, key=lambda document: yields(document.source)):
        for digest, hint in parse_entries(document):
            if hints.setdefault(digest, hint) != hint and not yields(document.source):
                raise InvalidDocument(contradicts(document.source, digest))
    return Table(hints)


def yields(source: str) -> bool:
    """Tell whether the file *source* gives way to others that say something else."""
    return source.endswith(SYNCHRONISED)


def parse_entries(document: Document) -> Iterator[tuple[Digest, Hint]]:
    """Return what *document* says, entry by entry.

    Raises:
        InvalidDocument: it is not a mapping of digests to ids; the message names file, key and value.
    """
    content = {} if document.content is None else document.content
    if not isinstance(content, dict):
        raise InvalidDocument(no_mapping(document.source))
    return (parse_entry(key, value, document.source) for key, value in content.items())


def parse_entry(key: Any, value: Any, source: str) -> tuple[Digest, Hint]:
    """Return one entry of the file *source*.

    Raises:
        InvalidDocument: *key* is not a digest, or *value* is neither an id nor a mapping of both ids.
    """
    try:
        digest = parse_digest(str(key))
    except Invalid as error:
        raise InvalidDocument(f"{source}: {error}") from error
    try:
        return digest, Hint(Source.TABLE, *_ids(value))
    except Invalid as error:
        raise InvalidDocument(f"{source}: {digest}: {error}") from error


def no_mapping(source: str) -> str:
    """Say what is wrong with a file that holds something else than a mapping."""
    return f"{source}: must map digests to scan-result ids"


def contradicts(source: str, digest: Digest) -> str:
    """Say what is wrong with a file that says of *digest* what another file does not."""
    return f"{source}: {digest}: differs from what another file says of it"


def _ids(value: Any) -> tuple[ScanId, ImageId | None]:
    if isinstance(value, str):
        return parse_scan_id(value), None
    if not isinstance(value, dict) or "scanResultId" not in value or not value.keys() <= _KEYS:
        shown = printable(reprlib.repr(value), limit=80)
        raise Invalid(f"must be a scan-result id or a mapping of scanResultId and imageId, not {shown}")
    image_id = value.get("imageId")
    scan_id = parse_scan_id(_text(value["scanResultId"]))
    return scan_id, None if image_id is None else parse_image_id(_text(image_id))


def _text(value: Any) -> str:
    """Refuse what YAML does not read as text: an unquoted 0123 is the number 83, and no longer the id."""
    if not isinstance(value, str):
        raise Invalid(f"an id must be text, in quotes if need be, not {printable(reprlib.repr(value), limit=80)}")
    return value
