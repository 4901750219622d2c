"""What the last audit came to, as it lies in a file."""

from pathlib import Path

import pytest

from tests.ages import AUDITED
from webhook.adapters.audit_states import read_audit_state
from webhook.core.audit_state import render_audit_state
from webhook.errors import InvalidDocument


def test_state(tmp_path: Path) -> None:
    """It is read as it was written; a file that is not there yet, or that nobody has filled, holds none."""
    file = tmp_path / "audit.state"
    assert read_audit_state(file) is None
    file.write_text("\n")
    assert read_audit_state(file) is None
    file.write_text(render_audit_state(AUDITED))
    assert read_audit_state(file) == AUDITED


def test_what_cannot_be_read(tmp_path: Path) -> None:
    """It is refused with its name."""
    (tmp_path / "audit.state").write_text("{}")
    for file in (tmp_path, tmp_path / "audit.state"):
        with pytest.raises(InvalidDocument, match=str(file)):
            read_audit_state(file)
