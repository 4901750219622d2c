"""The ages that a process shows."""

import logging
from pathlib import Path

import pytest

from tests.ages import AUDITED, SYNCED
from tests.builders import NOW
from tests.core.test_ages import shown
from tests.wiring.gates import POLICY, loaded, write_gate
from webhook.core.audit_state import render_audit_state
from webhook.core.table_state import render_state
from webhook.wiring.ages import Ages
from webhook.wiring.loading import Loaded

NOTHING = {
    f"exceptions{{{what},{state}}}": 0
    for what in ("exemption", "ignored-vulnerability")
    for state in ("in-force", "ended")
}


def gate(folder: Path, more: str, policy: str = "") -> Loaded:
    """Return what a gate has loaded whose configuration says *more*, with a folder for its table."""
    (folder / "table").mkdir(exist_ok=True)
    config = write_gate(folder)
    config.write_text(config.read_text() + more)
    (folder / "policy.yaml").write_text(POLICY + policy)
    return loaded(config).value()


def test_what_nobody_writes(tmp_path: Path) -> None:
    """There are no ages of a table that is one file, of one that is not synchronised, or of an audit to come."""
    assert shown(Ages().levels(gate(tmp_path, ""))) == NOTHING
    (tmp_path / "table.yaml").write_text("{}")
    assert shown(Ages().levels(gate(tmp_path, "table: table.yaml\n"))) == NOTHING
    assert shown(Ages().levels(gate(tmp_path, "table: table\nauditStateFile: audit/audit.state\n"))) == NOTHING


def test_what_is_written(tmp_path: Path) -> None:
    """Table, audit and exceptions are shown as they are at each look; paths begin where the configuration is."""
    made = gate(
        tmp_path,
        "table: table\nauditStateFile: audit.state\n",
        "exemptions: [{reason: a, owner: b, expires: '2026-01-01', images: ['quay.io/**']}]\n",
    )
    ages = Ages()
    (tmp_path / "table" / "scangate-synced.state").write_text(render_state(SYNCED))
    (tmp_path / "audit.state").write_text(render_audit_state(AUDITED))
    found = shown(ages.levels(made))

    assert found["table_synchronised_timestamp_seconds{}"] == NOW.timestamp()
    assert found["table_synchronisation_successful{}"] == found["audit_whole{}"] == 1
    assert found["exceptions{exemption,ended}"] == 1
    (tmp_path / "table" / "scangate-synced.state").unlink()
    assert "table_synchronised_timestamp_seconds{}" not in shown(ages.levels(made))


def test_what_cannot_be_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is taken for failed, and the log says why: once, and again where it comes back."""
    made = gate(tmp_path, "table: table\nauditStateFile: audit.state\n")
    ages, state = Ages(), tmp_path / "table" / "scangate-synced.state"

    def look(text: str) -> tuple[float, int]:
        caplog.clear()
        state.write_text(text)
        (tmp_path / "audit.state").write_text(text)
        with caplog.at_level(logging.WARNING):
            found = shown(ages.levels(made))
        assert found["audit_whole{}"] == 0
        return found["table_synchronisation_successful{}"], caplog.text.count("state of the last table is not known")

    assert [look("{"), look("{"), look(render_state(SYNCED)), look("{")] == [(0, 1), (0, 0), (1, 0), (0, 1)]
