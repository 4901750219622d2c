"""The alerts: that each reads what there is to read, and that the runbook says what to do."""

import re
from typing import Any

import pytest

from charts import ROOT
from tests.charts.monitoring import alerts, expressions
from tests.charts.release import Release
from tests.documents.test_links import anchors
from tests.promql import reading, unknown
from webhook.adapters.observed import Recall
from webhook.core.policy import Action, Mode
from webhook.core.reasons import Exempt, Fault, Reason

RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("alert", alerts("table-age"), ids=lambda alert: alert["alert"])
def test_an_alert_reads_what_is_exposed(alert: dict[str, Any]) -> None:
    """Its expression is PromQL, about metrics and labels that there are, of this release alone."""
    read = reading(alert["expr"])

    assert list(unknown(read)) == []
    assert {(name, "namespace") for name in read.metrics} <= read.matched


@pytest.mark.parametrize("alert", alerts("table-age"), ids=lambda alert: alert["alert"])
def test_an_alert_says_what_to_do(alert: dict[str, Any]) -> None:
    """In a sentence, at length, and in its section of the runbook; labels in its text are labels of its result."""
    annotations = alert["annotations"]
    place, _, anchor = annotations["runbook_url"].partition("#")

    assert set(annotations) == {"summary", "description", "runbook_url"}
    assert annotations["summary"].endswith(".")
    assert alert["labels"]["severity"] in {"critical", "warning", "info"}
    assert (place, anchor) == ("docs/runbook.md", alert["alert"].lower())
    assert anchor in anchors(RUNBOOK)
    used = set(re.findall(r"\$labels\.(\w+)", annotations["description"]))
    assert used <= reading(alert["expr"]).grouped | {"pod"}


def test_each_section_of_the_runbook_is_of_an_alert() -> None:
    """None is left over, none is missing, they are in the order of the alerts, and each has all four parts."""
    head, *sections = re.split(r"^## ", RUNBOOK, flags=re.MULTILINE)

    assert "emergency" in head
    assert [section.split("\n", 1)[0] for section in sections] == [each["alert"] for each in alerts("table-age")]
    for section in sections:
        assert re.findall(r"^\*\*(\w+)\.\*\* ", section, re.MULTILINE) == ["Means", "Felt", "Look", "Do"]


def test_the_age_of_a_table_matters_where_it_was_said_to() -> None:
    """Not every cluster has a table, nor one that changes."""
    assert "ScangateTableOld" not in {each["alert"] for each in alerts()}
    (alert,) = [each for each in alerts("table-age") if each["alert"] == "ScangateTableOld"]
    assert alert["expr"].endswith(" > 172800")


def test_alerts_can_be_left_out_and_pointed_elsewhere() -> None:
    """By their names, to another runbook, and to other labels of the metrics."""
    made = Release(
        {
            "prometheusRule": {
                "enabled": True,
                "disabled": ["ScangateDenialSurge", "ScangateSlow"],
                "runbookUrl": "https://wiki.example/scangate",
                "selector": 'job="gate"',
            }
        }
    )
    (group,) = made.one("PrometheusRule")["spec"]["groups"]
    names = {each["alert"] for each in group["rules"]}

    assert {each["alert"] for each in alerts()} - names == {"ScangateDenialSurge", "ScangateSlow"}
    for each in group["rules"]:
        assert each["annotations"]["runbook_url"].startswith("https://wiki.example/scangate#scangate")
        assert {label for _, label in reading(each["expr"]).matched} >= {"job"}


def test_values_of_labels_are_such_as_there_are() -> None:
    """A reason, a decision, a mode or a result that is misspelt would never alert."""
    lists: dict[str, set[str]] = {
        "reason": {*Reason, *Exempt, *Fault},
        "decision": {*Action, "error"},
        "mode": {*Mode, "none"},
        "result": {*Recall},
        "namespace": {"scangate", ".*"},
    }
    for expression in expressions():
        for label, value in reading(expression).values:
            assert value in lists[label], expression
