"""What the documents say about the supply chain."""

import re
import subprocess
import tomllib
from typing import Any

import jsonschema
import pytest
import yaml

from tests.processes import ROOT

PAGE = (ROOT / "docs" / "supply-chain.md").read_text(encoding="utf-8")
CONTROLS = re.findall(r"^\| OSPS-([A-Z]{2}-\d\d\.\d\d) \| ([123]) \| (\w+) \| (.+) \|$", PAGE, re.MULTILINE)

CONTACTS = {
    "type": "array",
    "minItems": 1,
    "items": {"type": "object", "required": ["name", "primary"], "properties": {"primary": {"type": "boolean"}}},
}
URL = {"type": "string", "pattern": r"^https://\S+$"}
DATE = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
TOOL = {
    "type": "object",
    "required": ["name", "type", "rulesets", "integration", "results"],
    "properties": {
        "type": {"enum": ["fuzzing", "container", "secret", "SCA", "SAST", "other"]},
        "rulesets": {"type": "array", "minItems": 1},
        "integration": {
            "required": ["adhoc", "ci", "release"],
            "additionalProperties": {"type": "boolean"},
        },
    },
}
INSIGHTS = {
    "type": "object",
    "required": ["header", "project", "repository"],
    "additionalProperties": False,
    "properties": {
        "header": {
            "required": ["schema-version", "last-updated", "last-reviewed", "url"],
            "properties": {
                "schema-version": {"const": "2.0.0"},
                "url": URL,
                "last-updated": DATE,
                "last-reviewed": DATE,
            },
        },
        "project": {
            "required": ["name", "administrators", "repositories", "vulnerability-reporting"],
            "properties": {
                "administrators": CONTACTS,
                "repositories": {"minItems": 1, "items": {"required": ["name", "url", "comment"]}},
                "vulnerability-reporting": {"required": ["reports-accepted", "bug-bounty-available"]},
            },
        },
        "repository": {
            "required": [
                "url", "status", "accepts-change-request", "accepts-automated-change-request", "core-team", "license",
                "security",
            ],
            "properties": {
                "core-team": CONTACTS,
                "license": {"required": ["url", "expression"]},
                "security": {
                    "required": ["assessments"],
                    "properties": {
                        "assessments": {"required": ["self"], "properties": {"self": {"required": ["comment"]}}},
                        "tools": {"type": "array", "items": TOOL},
                    },
                },
            },
        },
    },
}  # fmt: skip
"""What the specification of Security Insights 2.0.0 requires, as far as the file uses it."""


def test_insights_are_as_specified() -> None:
    """Tools that read SECURITY-INSIGHTS.yml find what they look for."""
    document = yaml.safe_load((ROOT / "SECURITY-INSIGHTS.yml").read_text(encoding="utf-8"))
    jsonschema.validate(document, INSIGHTS)


def test_every_control_has_one_mark() -> None:
    """Each of the 64 controls in force is there once, with one of the marks that the text explains."""
    assert len({control for control, *_ in CONTROLS}) == len(CONTROLS) == 64
    assert {mark for _, _, mark, _ in CONTROLS} <= {"yes", "no", "partly", "host"}
    assert all(why.strip() for *_, why in CONTROLS)


def test_package_and_chart_are_of_one_version() -> None:
    """A release has one version, wherever it is written."""
    package = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    chart: dict[str, Any] = yaml.safe_load((ROOT / "charts/scangate/Chart.yaml").read_text(encoding="utf-8"))
    assert {chart["version"], chart["appVersion"]} == {package}


def test_repository_holds_nothing_that_cannot_be_read() -> None:
    """No program and no other binary file is in it but a few bytes of seeds for fuzzing: all of it can be reviewed."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is not a clone of the repository")
    files = [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    seeds = ROOT / "fuzz" / "corpus"
    unreadable = [file for file in files if b"\0" in file.read_bytes() and not file.is_relative_to(seeds)]
    assert unreadable == []
