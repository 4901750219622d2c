"""The alerts and the dashboard of a release, and what they ask Prometheus."""

import json
from typing import Any

from tests.charts.release import release


def rules(name: str = "monitoring") -> list[dict[str, Any]]:
    """Return the rules that a set of values makes."""
    (group,) = release(name).one("PrometheusRule")["spec"]["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def alerts(name: str = "monitoring") -> list[dict[str, Any]]:
    """Return the alerts among them that are the chart's own."""
    return [each for each in rules(name) if str(each.get("alert", "")).startswith("Scangate")]


def dashboard() -> dict[str, Any]:
    """Return the dashboard."""
    found: dict[str, Any] = json.loads(
        release("monitoring").one("ConfigMap", "scangate-dashboard")["data"]["scangate.json"]
    )
    return found


def dashboard_expressions() -> list[str]:
    """Return every expression of the dashboard."""
    return [target["expr"] for panel in dashboard()["panels"] for target in panel.get("targets", [])]


def expressions() -> list[str]:
    """Return every expression of dashboard and alerts, once."""
    return sorted({*dashboard_expressions(), *(each["expr"] for each in alerts("table-age"))})
