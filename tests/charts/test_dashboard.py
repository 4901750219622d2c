"""The dashboard: that it reads what there is to read, and can be looked at."""

import re

import pytest

from tests.charts.monitoring import dashboard, dashboard_expressions
from tests.charts.release import release
from tests.promql import reading, unknown


@pytest.mark.parametrize("expression", sorted(set(dashboard_expressions())))
def test_the_dashboard_reads_what_is_exposed(expression: str) -> None:
    """Each expression is PromQL, about metrics and labels that there are, in the chosen namespaces."""
    read = reading(expression)

    assert list(unknown(read)) == []
    assert {(name, "namespace") for name in read.metrics} <= read.matched


def test_legends_name_labels_of_their_expressions() -> None:
    """A legend with a label that the result has not would be empty."""
    for panel in dashboard()["panels"]:
        for target in panel.get("targets", []):
            assert set(re.findall(r"{{(\w+)}}", target["legendFormat"])) <= reading(target["expr"]).grouped


def test_panels_lie_side_by_side() -> None:
    """No panel covers another, and each has an id, a title and the data source of the dashboard."""
    panels = dashboard()["panels"]
    places = [each["gridPos"] for each in panels]
    cells = [
        (x, y)
        for place in places
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]

    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
    assert len({each["id"] for each in panels}) == len({each["title"] for each in panels}) == len(panels)
    assert all(each["datasource"]["uid"] == "$datasource" for each in panels if each["type"] != "row")


def test_the_sidecar_finds_the_dashboard() -> None:
    """By the label that Grafana's chart looks for by default."""
    board = release("monitoring").one("ConfigMap", "scangate-dashboard")

    assert board["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert dashboard()["uid"] == "scangate"
