"""Records and reports of audits, by their schemas."""

from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.builders import NOW, PINNED, scanned
from tests.jobs.audit.samples import BAD, GOOD, audited, finding
from tests.jobs.audit.test_collecting import judged, report
from tests.judgements import index
from tests.processes import ROOT
from webhook.core.audit_logs import LogLine, Reading
from webhook.core.audit_records import render_audit_record, render_audit_report
from webhook.core.evidence import Counts
from webhook.core.records import render_line
from webhook.core.verdict import Finding

INDEX = finding(PINNED, index(scanned(), scanned(counts=Counts(high=3))))


def _document(name: str) -> Any:
    return msgspec.json.decode((ROOT / "docs" / f"{name}.schema.json").read_bytes())


def problems(name: str, document: Any) -> list[str]:
    """Return what a schema has against a document, as it is written."""
    base = _document("audit-record")
    known: Registry[Any] = Registry().with_resource(base["$id"], Resource.from_contents(base))
    schema = _document(name)
    Draft202012Validator.check_schema(schema)
    written = msgspec.json.decode(render_line(document))
    return [error.message for error in Draft202012Validator(schema, registry=known).iter_errors(written)]


@pytest.mark.parametrize("findings", [(finding(BAD),), (finding(GOOD),), (finding(GOOD), finding(BAD), INDEX)])
def test_records(findings: tuple[Finding, ...]) -> None:
    """Every record is as its schema says."""
    assert problems("cluster-audit-record", render_audit_record(audited(*findings), at=NOW)) == []


def test_reports() -> None:
    """So is every report: of nothing, of violations, and of an audit that is not whole."""
    empty, bad = report(), report(judged(finding(BAD), INDEX))
    broken = report(judged(finding(BAD), troubles=("pods: HTTP 500",)))
    for one in (empty, bad, broken):
        assert problems("cluster-audit-report", render_audit_report(one)) == []
    assert [render_audit_report(one)["whole"] for one in (empty, broken)] == [True, False]


def test_what_a_record_says() -> None:
    """It names the owner and its pods, and says of images what the gate's own records say."""
    record = render_audit_record(audited(finding(BAD), pods=7), at=NOW)
    assert (record["owner"]["kind"], record["owner"]["name"], record["podCount"]) == ("Deployment", "web", 7)
    assert (record["decision"], record["allowed"], record["reason"]) == ("deny", False, "over-limits")
    assert record["images"][0]["counts"]["critical"] == 2


def test_what_a_report_says() -> None:
    """A violation is an image, with where it runs and what to do."""
    [violation] = render_audit_report(report(judged(finding(BAD), pods=3)))["violations"]
    assert violation["image"]["reference"] == BAD
    assert (violation["podCount"], violation["ownerCount"], violation["allowed"]) == (3, 1, False)
    assert violation["remedy"].startswith("Rebuild it")


def test_told_from_admissions() -> None:
    """`report` and `replay` leave these lines alone: nobody asked for anything, and nothing was refused."""
    line = render_line(render_audit_record(audited(finding(BAD)), at=NOW))
    reading = Reading()
    assert list(reading.each([LogLine("log", 1, line)], lambda record: record)) == []
    assert (reading.foreign, reading.unreadable, reading.records) == (1, 0, 0)
