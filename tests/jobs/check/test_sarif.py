"""SARIF 2.1.0: what the standard requires, and what code scanning services look at."""

import json
from typing import Any

import jsonschema
import pytest

from tests.builders import PINNED
from tests.jobs.check.samples import POD, results
from tests.jobs.check.test_judging import NO_CONTAINER
from webhook.core.policy import Mode, OnUnpinned, Rule
from webhook.core.reasons import REMEDIES
from webhook.jobs.check.judging import Result
from webhook.jobs.check.objects import STDIN
from webhook.jobs.check.sarif import render_sarif

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
REGION = {"type": "object", "properties": {"startLine": {"type": "integer", "minimum": 1}}}
PHYSICAL = {
    "type": "object",
    "required": ["artifactLocation"],
    "properties": {
        "artifactLocation": {"type": "object", "required": ["uri"]},
        "region": REGION,
    },
}
RESULT = {
    "type": "object",
    "required": ["message", "ruleId", "ruleIndex", "level", "locations", "partialFingerprints"],
    "properties": {
        "message": TEXT,
        "level": {"enum": ["none", "note", "warning", "error"]},
        "locations": {"type": "array", "items": {"properties": {"physicalLocation": PHYSICAL}}},
    },
}
RULE = {"type": "object", "required": ["id"], "properties": {"shortDescription": TEXT, "help": TEXT}}
DRIVER = {"type": "object", "required": ["name"], "properties": {"rules": {"type": "array", "items": RULE}}}
RUN = {
    "type": "object",
    "required": ["tool", "results"],
    "properties": {
        "tool": {"type": "object", "required": ["driver"], "properties": {"driver": DRIVER}},
        "results": {"type": "array", "items": RESULT},
    },
}
ESSENTIAL = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {"version": {"const": "2.1.0"}, "runs": {"type": "array", "minItems": 1, "items": RUN}},
}
"""What sections 3.13, 3.14, 3.18, 3.19, 3.27 and 3.28 of the standard require of the objects that are used."""


def run_of(found: list[Result]) -> dict[str, Any]:
    """Return the one run of a log, which must have all that it needs."""
    log = json.loads(render_sarif(found, version="1.2.3"))
    jsonschema.validate(log, ESSENTIAL)
    [run] = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])
    assert isinstance(run, dict)
    return run


def test_denial() -> None:
    """A denial is an error at the line of the image, under its reason."""
    run = run_of(results(POD, critical=2))
    [one] = run["results"]
    assert (one["ruleId"], one["level"]) == ("over-limits", "error")
    assert one["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "manifests/web.yaml"},
        "region": {"startLine": 9},
    }
    assert one["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "shop/Pod/web"
    assert run["tool"]["driver"]["name"] == "scangate"
    assert run["tool"]["driver"]["version"] == "1.2.3"


@pytest.mark.parametrize(
    ("reasons_url", "link"),
    [
        ("https://wiki.example/reasons", "https://wiki.example/reasons#over-limits"),
        ("docs/reasons.md", None),
        ("", None),
    ],
)
def test_link(reasons_url: str, link: str | None) -> None:
    """A reason leads to its remedy where that has an absolute URL."""
    log = json.loads(render_sarif(results(POD, critical=2), version="1", reasons_url=reasons_url))
    [rule] = log["runs"][0]["tool"]["driver"]["rules"]
    assert rule.get("helpUri") == link


def test_nothing_to_say() -> None:
    """What passes is no result."""
    assert run_of(results(POD))["results"] == []


@pytest.mark.parametrize(
    ("rule", "level"),
    [
        (Rule(name="r"), "error"),
        (Rule(name="r", mode=Mode.WARN), "warning"),
        (Rule(name="r", mode=Mode.AUDIT), "note"),
        (Rule(name="r", on_unpinned=OnUnpinned.WARN), "warning"),
    ],
)
def test_level(rule: Rule, level: str) -> None:
    """What would be denied is an error, what is warned of a warning, what is recorded a note."""
    [one] = run_of(results(POD.replace(PINNED, "nginx"), rule))["results"]
    assert one["level"] == level


def test_object_that_cannot_be_understood() -> None:
    """It is an error at the object."""
    [one] = run_of(results(NO_CONTAINER))["results"]
    assert (one["ruleId"], one["level"]) == ("invalid-review", "error")


@pytest.mark.parametrize(
    ("source", "uri"), [("/a b/web.yaml", "file:///a%20b/web.yaml"), ("a b/web.yaml", "a%20b/web.yaml")]
)
def test_paths_are_uris(source: str, uri: str) -> None:
    """A path is written as a URI; relative where it is."""
    [one] = run_of(results(POD, source=source, critical=2))["results"]
    assert one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_no_file() -> None:
    """What came from standard input is in no file."""
    [one] = run_of(results(POD, source=STDIN, critical=2))["results"]
    assert "physicalLocation" not in one["locations"][0]


def test_a_result_is_known_again() -> None:
    """Lines that moved do not make it another one, another image does."""
    marks = [
        run_of(results(text, critical=2))["results"][0]["partialFingerprints"]
        for text in (POD, f"# moved\n{POD}", POD.replace(PINNED, "nginx"))
    ]
    assert marks[0] == marks[1] != marks[2]


def test_every_reason_has_its_help() -> None:
    """Reasons and remedies are those of the gate."""
    [rule] = run_of(results(POD, critical=2))["tool"]["driver"]["rules"]
    assert rule["help"]["text"] in REMEDIES.values()
