"""How old the synchronised lookup tables in a folder are."""

from pathlib import Path

from webhook.core.table_state import SUFFIX, TableState, parse_state
from webhook.errors import InvalidDocument


def read_states(folder: Path) -> dict[str, TableState]:
    """Return the state of each synchronised table in *folder*, by its file; none where nobody synchronises one.

    Raises:
        InvalidDocument: the folder or a state cannot be read.
    """
    try:
        files = sorted(file for file in folder.iterdir() if file.name.endswith(SUFFIX))
        return {file.name: parse_state(file.read_bytes(), str(file)) for file in files if file.name[0] != "."}
    except OSError as error:
        raise InvalidDocument(f"{folder}: cannot be read: {error.strerror}") from error
