"""Lookup tables and histories: each way to read them says the same, and nothing but ids comes out."""

import io
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from fuzz.annotation import ALPHABET
from fuzz.choices import Choices
from fuzz.files import SCRATCH, document_of, shown
from tests.builders import DIGEST, IMAGE_ID, SCAN_ID, digest_of
from webhook.adapters.shards import load_shard
from webhook.adapters.stamps import members
from webhook.adapters.table_compiler import compile_table
from webhook.adapters.table_file import map_table
from webhook.core.cluster import Version
from webhook.core.documents import Document
from webhook.core.images import Digest
from webhook.core.table import parse_table
from webhook.core.table_pieces import ENTRIES, HISTORY, Piece, parse_piece, render_piece
from webhook.errors import InvalidDocument

DIGESTS = [digest_of(str(number)) for number in range(4)]
OLD = Digest("sha512:" + "0" * 128)
BOTH = {"scanResultId": SCAN_ID, "imageId": IMAGE_ID}
TABLES: tuple[dict[str, Any], ...] = (
    {DIGESTS[0]: SCAN_ID, DIGESTS[1]: BOTH, OLD: {"scanResultId": SCAN_ID, "imageId": None}},
    {DIGESTS[0]: SCAN_ID, DIGESTS[2]: "che2"},
    {DIGESTS[1]: BOTH, DIGESTS[3]: "a" * 50},
)
HISTORIES: tuple[dict[str, Any], ...] = (
    {
        DIGESTS[0]: [
            [SCAN_ID, "2026-06-27T13:00:38.645Z", 0, 2, 39, 63, 0, 36],
            ["che2", "2026-06-26T13:00:38Z"] + [1] * 6,
        ]
    },
    {},
)
WORDS = (
    *DIGESTS,
    OLD,
    DIGEST.upper(),
    SCAN_ID,
    "a" * 51,
    BOTH,
    "scanResultId",
    "imageId",
    "../images",
    83,
    "2026-06-27T13:00:38Z",
)
NAMES = ("a.json", "b.scans.json", "c.scans.json", "d.yaml")


def check(data: bytes) -> None:
    """Read *data* as a file, or as changes to several."""
    document = document_of(data, ".json" if data[:1] == b"{" else ".yaml")
    if document is not None:
        check_documents([document])
        return
    choices = Choices(data)
    tables = [choices.spoiled(table, WORDS) for table in choices.some(TABLES, 3)]
    if choices.number(16) == 1:
        check_ways(tables)
    check_documents([Document(name, table, DIGEST) for name, table in zip(NAMES, tables, strict=False)])
    check_piece(choices.spoiled(choices.pick(TABLES), WORDS), choices.spoiled(choices.pick(HISTORIES), WORDS))


def check_documents(documents: list[Document]) -> None:
    """What is in a table is what one of its documents says, and safe to be asked for."""
    try:
        table = parse_table(documents)
    except InvalidDocument as error:
        shown(error, next(one for one in documents if str(error).startswith(one.source)))
        return
    said = [(key, value) for one in documents for key, value in (one.content or {}).items()]
    assert {key for key, _ in said} == set(getattr(table.hints, "keys", dict)()), "a digest too few, or too many"
    for key, _ in said:
        hint = table.hint(Digest(key))
        assert hint is not None
        ids = [hint.scan_id, *([] if hint.image_id is None else [hint.image_id])]
        assert all(0 < len(one) <= 50 and set(one) <= ALPHABET for one in ids), "an id that can stand nowhere"
        assert (key, hint.scan_id, hint.image_id) in [(other, *ids_in(value)) for other, value in said], "another id"


def ids_in(value: Any) -> tuple[Any, Any]:
    """Return what is written of a digest."""
    return (value["scanResultId"], value.get("imageId")) if isinstance(value, dict) else (value, None)


def check_piece(table: Any, history: Any) -> None:
    """A piece that can be read is the same when it is written and read again."""
    files = {ENTRIES: json.dumps(table), HISTORY: json.dumps(history)}
    try:
        entries = parse_piece(Piece(Version("1"), files), "piece")
    except InvalidDocument as error:
        assert str(error).startswith("piece")
        assert str(error).isprintable(), "a message that cannot be shown"
        return
    written = render_piece(entries)
    again = parse_piece(Piece(Version("2"), written), "piece")
    assert {key: one.hint for key, one in again.items()} == {
        key: one.hint for key, one in entries.items() if key in again
    }
    assert all(one.hint is None and not one.history for key, one in entries.items() if key not in again), "lost"
    assert render_piece(again) == written, "another piece when it is written again"


def check_ways(tables: list[Any]) -> None:
    """A table that is compiled says what it says when it is read whole, or both are refused."""
    folder = Path(tempfile.mkdtemp(dir=SCRATCH if SCRATCH.is_dir() else None))
    try:
        for name, table in zip(NAMES, tables, strict=False):
            (folder / name).write_text(json.dumps(table))
        assert _whole(folder) == _compiled(folder), "read whole it is another table"
    finally:
        shutil.rmtree(folder)


def _whole(folder: Path) -> dict[str, Any] | None:
    try:
        table = parse_table(map(load_shard, members(folder)))
    except InvalidDocument:
        return None
    return {digest: hint for digest in (*DIGESTS, OLD) if (hint := table.hint(digest)) is not None}


def _compiled(folder: Path) -> dict[str, Any] | None:
    stream = io.BytesIO()
    try:
        compile_table(folder, stream)
    except InvalidDocument:
        return None
    file = folder / "compiled"
    file.write_bytes(stream.getvalue())
    hints = map_table(file)
    assert hints is not None, "a compiled table that cannot be mapped"
    return {digest: hint for digest in (*DIGESTS, OLD) if (hint := hints.get(digest)) is not None}
