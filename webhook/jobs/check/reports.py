"""Results for programs: JSON, with the audit record that a gate would write, and JUnit."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import msgspec

from webhook.core.evidence import Vulnerability
from webhook.core.junit import Suite, TestCase, render_junit
from webhook.core.policy import Action
from webhook.core.reasons import Fault
from webhook.core.records import render_indented, render_line, render_record
from webhook.core.response import explain
from webhook.jobs.check.judging import Result
from webhook.jobs.check.places import line_of

API_VERSION = "scangate.dev/v1"
KIND = "CheckReport"


def render_json(results: Sequence[Result], *, at: datetime) -> str:
    """Return all results as one JSON document."""
    report = {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "allowed": all(result.allowed for result in results),
        "objects": [_object(result, at) for result in results],
    }
    return f"{render_indented(report)}\n"


def _object(result: Result, at: datetime) -> dict[str, Any]:
    # As it is read from a log, and so nobody else's: more is written into it.
    record = msgspec.json.decode(
        render_line(render_record(result.review, result.outcome, at=at, seconds=0.0, message=result.message))
    )
    for position, image in enumerate(record["images"]):
        fixes = result.fixes.get(position)
        image["fixable"] = [] if fixes is None else [_vulnerability(one) for one in fixes.vulnerabilities]
    return {
        "source": result.object.source,
        "line": line_of(result),
        "name": result.name,
        "allowed": result.allowed,
        "record": record,
    }


def _vulnerability(one: Vulnerability) -> dict[str, Any]:
    return {
        "id": one.id,
        "severity": one.severity,
        "package": one.package,
        "version": one.version,
        "fixedBy": one.fixed_by,
    }


def render_xml(results: Sequence[Result]) -> str:
    """Return all results as JUnit's XML: a suite for each file, a case for each object."""
    suites = groupby(results, key=lambda result: result.object.source)
    return render_junit([Suite(source, [_case(result) for result in those]) for source, those in suites])


def _case(result: Result) -> TestCase:
    if isinstance(result.outcome, Fault):
        return TestCase(name=result.name, failure=f"{result.outcome}: {result.message}")
    refused = [explain(finding) for finding in result.findings if not finding.allowed]
    told = [explain(finding) for finding in result.findings if finding.allowed and finding.action is not Action.ALLOW]
    notices = [notice for finding in result.findings for notice in finding.notices]
    return TestCase(
        name=result.name,
        failure=None if result.allowed else "\n".join(refused),
        output="\n".join([*told, *notices]),
    )
