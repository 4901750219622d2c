"""The lookup table: digest of an image to the id of its scan result, written by the cluster's owners."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from webhook.core.documents import Document
from webhook.core.images import Digest, parse_digest
from webhook.core.lookup import Hint, ImageId, ScanId, Source, parse_image_id, parse_scan_id
from webhook.core.printable import printable
from webhook.errors import Invalid, InvalidDocument

_KEYS = {"scanResultId", "imageId"}


@dataclass(frozen=True, slots=True)
class Table:
    """What the cluster's owners say about images. It is checked against the registry all the same."""

    hints: Mapping[Digest, Hint]

    def hint(self, digest: Digest) -> Hint | None:
        """Return the hint for *digest*, if there is one."""
        return self.hints.get(digest)


def parse_table(documents: Iterable[Document]) -> Table:
    """Join *documents* into one table.

    Each maps digests to a scan-result id, or to `{scanResultId: …, imageId: …}`. An empty document is an
    empty table; a digest may stand in several documents if they agree.

    Raises:
        InvalidDocument: a document is not such a mapping, or two disagree about a digest.
    """
    hints: dict[Digest, Hint] = {}
    for document in documents:
        for digest, hint in _hints(document).items():
            if hints.setdefault(digest, hint) != hint:
                raise InvalidDocument(f"{document.source}: {digest}: differs from what another file says of it")
    return Table(hints)


def _hints(document: Document) -> dict[Digest, Hint]:
    content = {} if document.content is None else document.content
    if not isinstance(content, dict):
        raise InvalidDocument(f"{document.source}: must map digests to scan-result ids")
    return {_digest(key, document.source): _hint(key, value, document.source) for key, value in content.items()}


def _digest(key: Any, source: str) -> Digest:
    try:
        return parse_digest(str(key))
    except Invalid as error:
        raise InvalidDocument(f"{source}: {error}") from error


def _hint(key: Any, value: Any, source: str) -> Hint:
    try:
        scan_id, image_id = _ids(value)
    except Invalid as error:
        raise InvalidDocument(f"{source}: {key}: {error}") from error
    return Hint(Source.TABLE, scan_id, image_id)


def _ids(value: Any) -> tuple[ScanId, ImageId | None]:
    if isinstance(value, str):
        return parse_scan_id(value), None
    if not isinstance(value, dict) or "scanResultId" not in value or not value.keys() <= _KEYS:
        shown = printable(repr(value), limit=80)
        raise Invalid(f"must be a scan-result id or a mapping of scanResultId and imageId, not {shown}")
    image_id = value.get("imageId")
    return parse_scan_id(str(value["scanResultId"])), None if image_id is None else parse_image_id(str(image_id))
