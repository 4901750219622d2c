"""docs/auditing.md: what it shows is taken, read, and gives what it says."""

import json

import jq
import yaml
from click.testing import CliRunner

from tests.documents import blocks, text
from tests.e2e.audits import RULES
from tests.jobs.audit.samples import BAD, GOOD, LENIENT, OLD, finding, owner
from tests.jobs.audit.test_collecting import judged, report
from webhook.adapters.cluster_reads import PAGE_SIZE
from webhook.cli import commands
from webhook.core.audit_records import render_audit_report
from webhook.core.audit_state import parse_audit_state
from webhook.core.cluster_audit import MAX_EXAMPLES
from webhook.core.records import render_line

DOCUMENT = text("docs/auditing.md")
SHELL = "".join(blocks(DOCUMENT, "sh"))


def test_its_commands_are_taken() -> None:
    """Each command of scangate that it shows has options that there are."""
    shown = [line.partition("|")[0].split() for line in SHELL.splitlines() if line.startswith("scangate ")]
    assert len(shown) == 7
    for _, *arguments in shown:
        assert CliRunner().invoke(commands, [*arguments, "--help"]).exit_code == 0


def test_its_filters() -> None:
    """The filters give what is said above them."""
    found = report(
        judged(finding(BAD), finding(GOOD), of=owner("a"), pods=3), judged(finding(OLD, rule=LENIENT), of=owner("b"))
    )
    document = json.loads(render_line(render_audit_report(found)))
    denied, critical = [line.split("'")[1] for line in SHELL.splitlines() if line.startswith("  jq ")]
    assert jq.all(denied, document) == [f"3\t{BAD}\tover-limits"]
    assert jq.all(critical, document) == ["shop/Deployment/a"]


def test_its_state() -> None:
    """The state in it is what the gate takes for one."""
    [state] = blocks(DOCUMENT, "json")
    assert parse_audit_state(state, "it").pods == 2000


def test_its_rights() -> None:
    """The rights in it are those with which audits are tested on a real API server."""
    [role] = map(yaml.safe_load, blocks(DOCUMENT, "yaml"))
    assert role["rules"] == RULES


def test_its_numbers() -> None:
    """Bounds in it are those of the program."""
    assert f"pages of {PAGE_SIZE}" in DOCUMENT
    assert f"up to {MAX_EXAMPLES} owners" in DOCUMENT
