"""What the last audit came to, as it lies in a file."""

from pathlib import Path

from webhook.core.audit_state import AuditState, parse_audit_state
from webhook.errors import InvalidDocument


def read_audit_state(file: Path) -> AuditState | None:
    """Return the state in *file*; None where there is none yet: no file, or an empty one.

    Raises:
        InvalidDocument: it cannot be read, or is something else.
    """
    try:
        text = file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InvalidDocument(f"{file}: cannot be read: {error.strerror}") from error
    return parse_audit_state(text, str(file)) if text.strip() else None
