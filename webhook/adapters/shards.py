"""What one file of a lookup table says, entry by entry, however large the file is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ijson  # type: ignore[import-untyped] # it ships no types; what it gives is taken apart in this module

from webhook.adapters.files import load
from webhook.core.documents import Document
from webhook.core.images import Digest
from webhook.core.lookup import Hint
from webhook.core.printable import printable
from webhook.core.table import no_mapping, parse_entries, parse_entry
from webhook.errors import InvalidDocument

MAX_YAML_BYTES = 16 * 1024 * 1024
"""YAML is read as a whole, into some 25 bytes of memory for each of the file; JSON is read piece by piece."""

_CONTAINERS = {"start_map", "start_array"}

Events = Iterator[tuple[str, Any]]
"""`start_map`, `map_key`, `string` and so on, as ijson names them, each with its value."""


def load_shard(file: Path) -> Document:
    """Return the content of *file*, not yet understood.

    Raises:
        InvalidDocument: as `files.load`, or there is nothing in it: that is how a file looks whose writer
            has not come far, and a table without entries is written `{}`.
    """
    document = load(file)
    if document.content is None:
        raise InvalidDocument(f"{file}: is empty; a table without entries is written {{}}")
    return document


def entries(file: Path) -> Iterator[tuple[Digest, Hint]]:
    """Return the entries of *file* in their order. A key of a JSON file may come twice, which the caller refuses.

    Raises:
        InvalidDocument: the file cannot be read, or is no mapping of digests to ids.
    """
    return _json_entries(file) if file.suffix == ".json" else _yaml_entries(file)


def _yaml_entries(file: Path) -> Iterator[tuple[Digest, Hint]]:
    if _size(file) > MAX_YAML_BYTES:
        limit = MAX_YAML_BYTES // 2**20
        raise InvalidDocument(f"{file}: has more than {limit} MiB, too much for YAML; write it as .json")
    return parse_entries(load_shard(file))


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError as error:
        raise InvalidDocument(f"{file}: cannot be read: {error.strerror}") from error


def _json_entries(file: Path) -> Iterator[tuple[Digest, Hint]]:
    try:
        with file.open("rb") as stream:
            for key, value in _pairs(ijson.basic_parse(stream), str(file)):
                yield parse_entry(key, value, str(file))
    except OSError as error:
        raise InvalidDocument(f"{file}: cannot be read: {error.strerror}") from error
    except (ijson.JSONError, UnicodeDecodeError) as error:
        # UnicodeDecodeError: half of a character, spelled as JSON can spell it.
        raise InvalidDocument(f"{file}: {_first_line(error)}") from error


def _pairs(events: Events, source: str) -> Iterator[tuple[str, Any]]:
    first, _ = next(events)
    if first != "start_map":
        raise InvalidDocument(no_mapping(source))
    for event, key in events:
        if event == "map_key":
            yield key, _value(events, f"{source}: {key}")


def _value(events: Events, where: str) -> Any:
    event, value = next(events)
    return _mapping(events, where) if event == "start_map" else _scalar(event, value, where)


def _mapping(events: Events, where: str) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for event, key in events:
        if event == "end_map":
            break
        if key in mapping:
            raise InvalidDocument(f"{printable(where)}: key {printable(repr(key))} stands twice")
        mapping[key] = _scalar(*next(events), where)
    return mapping


def _scalar(event: str, value: Any, where: str) -> Any:
    if event in _CONTAINERS:
        raise InvalidDocument(f"{printable(where)}: must hold ids, not a mapping or list of its own")
    return value


def _first_line(error: Exception) -> str:
    """Return the parser's complaint without the excerpt below it; it is bytes where the file is not UTF-8."""
    text = error.args[0] if error.args else ""
    shown = text.decode("ascii", "replace") if isinstance(text, bytes) else str(text)
    return printable(shown.partition("\n")[0] or "is not JSON", limit=200)
