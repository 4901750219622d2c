"""Results for programs: JSON and JUnit."""

import json
from xml.etree import ElementTree

from tests.builders import NOW
from tests.jobs.check.samples import POD, results
from tests.jobs.check.test_judging import NO_CONTAINER
from webhook.core.policy import Mode, Rule, RuleAction
from webhook.core.records import render_record
from webhook.jobs.check.reports import render_json, render_xml


def test_json() -> None:
    """Each object comes with the audit record that a gate would write, and what could be mended."""
    report = json.loads(render_json(results(POD, critical=2), at=NOW))
    [one] = report["objects"]
    assert (report["kind"], report["allowed"]) == ("CheckReport", False)
    assert (one["source"], one["line"], one["name"], one["allowed"]) == ("manifests/web.yaml", 3, "shop/Pod/web", False)
    fixable = one["record"]["images"][0].pop("fixable")
    assert fixable[0] == {
        "id": "CVE-2026-2",
        "severity": "critical",
        "package": "openssl",
        "version": "1",
        "fixedBy": "2",
    }
    assert (one["record"]["reason"], one["record"]["allowed"]) == ("over-limits", False)


def test_json_of_what_passes() -> None:
    """Nothing is to be mended in what passes."""
    report = json.loads(render_json(results(POD), at=NOW))
    assert report["allowed"]
    assert report["objects"][0]["record"]["images"][0]["fixable"] == []


def test_json_of_pods_that_are_alike() -> None:
    """What is known again of the one, being admitted without a scan, is whole in the report of each."""
    report = json.loads(render_json(results(f"{POD}---\n{POD}", Rule(name="r", action=RuleAction.ALLOW)), at=NOW))
    first, second = (one["record"]["images"] for one in report["objects"])
    assert first == second
    assert (first[0]["reason"], first[0]["fixable"]) == ("allowed-by-rule", [])


def test_records_are_audit_records() -> None:
    """The records are what a gate would write to its log."""
    found = results(f"{POD}---\n{NO_CONTAINER}")
    for result, one in zip(found, json.loads(render_json(found, at=NOW))["objects"], strict=True):
        for image in one["record"]["images"]:
            del image["fixable"]
        record = render_record(result.review, result.outcome, at=NOW, seconds=0.0, message=result.message)
        assert one["record"] == json.loads(json.dumps(record))


def test_junit() -> None:
    """A file is a suite, an object a case; what would be denied has failed."""
    [suite] = ElementTree.fromstring(render_xml(results(f"{POD}---\n{NO_CONTAINER}", critical=2)))  # noqa: S314
    assert suite.attrib["name"] == "manifests/web.yaml"
    first, second = suite
    failure = first.find("failure")
    assert failure is not None
    assert "over-limits: 2 critical" in failure.attrib["message"]
    assert second.find("failure") is not None


def test_what_is_only_recorded_has_not_failed() -> None:
    """It is shown as output."""
    [[case]] = ElementTree.fromstring(render_xml(results(POD, Rule(name="r", mode=Mode.WARN), critical=2)))  # noqa: S314
    assert case.find("failure") is None
    assert "over-limits" in (case.findtext("system-out") or "")
