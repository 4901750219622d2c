"""Files, as targets hand them to the gate: through the readers of files, which need one on a disk."""

import tempfile
from pathlib import Path

from webhook.adapters.files import load
from webhook.core.documents import Document
from webhook.core.images import Digest
from webhook.errors import InvalidDocument

TEXT = (b"a", b"{", b"#", b"r", b"s", b"k", b"-")
"""What begins like YAML or JSON is a file as it is; anything else is changes to a document."""

EMPTY = Digest("sha256:" + "0" * 64)

SCRATCH = Path("/dev/shm")  # noqa: S108 - never a disk: a file is written for each input


def document_of(data: bytes, suffix: str = ".yaml") -> Document | None:
    """Return the document in a file with *data* in it, with nothing in it if it cannot be read; None if it is none."""
    if data[:1] not in TEXT:
        return None
    folder = SCRATCH if SCRATCH.is_dir() else None
    with tempfile.NamedTemporaryFile(suffix=suffix, dir=folder) as file:
        file.write(data)
        file.flush()
        try:
            return load(Path(file.name))
        except InvalidDocument as error:
            assert str(error).isprintable(), "a message that cannot be shown"
            return Document(file.name, None, EMPTY)


def shown(error: InvalidDocument, document: Document) -> None:
    """Hold an error to what every error says: which file is wrong, in characters that can be shown."""
    assert str(error).startswith(document.source), "a message that names no file"
    assert str(error).removeprefix(document.source).isprintable(), "a message that cannot be shown"
