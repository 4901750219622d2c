"""What the chart makes for Prometheus and Grafana: its shape, and that values arrive."""

from typing import Any

import helm_python
import pytest
from jsonschema import Draft202012Validator

from charts.rendering import render
from tests.charts.monitoring import alerts, rules
from tests.charts.operator import PROMETHEUS_RULE, SERVICE_MONITOR
from tests.charts.release import release

KINDS = {"ServiceMonitor", "PrometheusRule"}


def test_nothing_of_it_is_there_unless_it_is_asked_for() -> None:
    """A cluster without the operator's kinds takes the defaults."""
    kinds = {each.kind for each in release().objects}

    assert not kinds & KINDS
    assert "scangate-metrics" not in release().names("Service")
    assert "prometheus.io/scrape" not in release().gate["metadata"]["annotations"]


@pytest.mark.parametrize("name", ["monitoring", "everything"])
def test_objects_of_the_operator_have_its_shape(name: str) -> None:
    """Each field is one that the operator knows, with a value of its kind."""
    for kind, schema in (("ServiceMonitor", SERVICE_MONITOR), ("PrometheusRule", PROMETHEUS_RULE)):
        (found,) = release(name).all(kind)
        assert [error.message for error in Draft202012Validator(schema).iter_errors(found["spec"])] == []


def test_the_monitor_leads_to_the_probes() -> None:
    """By the one Service that it chooses, to the port where the metrics are, on replicas that are not ready, too."""
    (service,) = [
        each for each in release("monitoring").all("Service") if each["metadata"]["name"].endswith("-metrics")
    ]
    monitor = release("monitoring").one("ServiceMonitor")["spec"]
    (port,), (endpoint,) = service["spec"]["ports"], monitor["endpoints"]

    assert monitor["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert monitor["namespaceSelector"] == {"matchNames": ["scangate"]}
    for other in release("monitoring").all("Service"):
        chosen = monitor["selector"]["matchLabels"].items() <= other["metadata"]["labels"].items()
        assert chosen is (other is service)
    assert endpoint["port"] == port["name"]
    assert port["targetPort"] in {each["name"] for each in release("monitoring").container["ports"]}
    assert service["spec"]["publishNotReadyAddresses"] is True
    assert service["spec"]["selector"].items() <= release("monitoring").gate["metadata"]["labels"].items()


def test_options_arrive() -> None:
    """What people set on each is on it, and where they want it."""
    monitor, rule = release("everything").one("ServiceMonitor"), release("everything").one("PrometheusRule")
    board = release("everything").one("ConfigMap", "scangate-dashboard")
    (endpoint,) = monitor["spec"]["endpoints"]

    assert (endpoint["interval"], endpoint["scrapeTimeout"]) == ("1m", "5s")
    assert endpoint["relabelings"] == [{"action": "labeldrop", "regex": "endpoint"}]
    assert endpoint["metricRelabelings"] == [{"action": "drop", "sourceLabels": ["kind"], "regex": "other"}]
    for each in (monitor, rule, board):
        assert each["metadata"]["namespace"] == "monitoring"
        assert each["metadata"]["labels"].items() >= {"release": "prometheus", "team": "security"}.items()
    assert rules("everything")[-1] == {"record": "denied", "expr": "1"}
    assert all(each["labels"]["team"] == "platform" for each in alerts("everything"))
    assert board["metadata"]["annotations"]["grafana_folder"] == "Security"


def test_pods_can_be_annotated_instead() -> None:
    """For a Prometheus that finds what to read by annotations."""
    annotations = release("everything").gate["metadata"]["annotations"]

    assert annotations["prometheus.io/scrape"] == "true"
    assert annotations["prometheus.io/port"] == "8080"
    assert annotations["prometheus.io/path"] == "/metrics"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"serviceMonitor": {"scrapeInterval": "1m"}}, "scrapeInterval"),
        ({"serviceMonitor": {"interval": "often"}}, "/serviceMonitor/interval"),
        ({"prometheusRule": {"rule": []}}, "rule"),
        ({"prometheusRule": {"disabled": ["Watchdog"]}}, "/prometheusRule/disabled/0"),
        ({"grafanaDashboard": {"label": {}}}, "label"),
        ({"metrics": {"annotation": True}}, "annotation"),
    ],
)
def test_what_is_wrong_in_values_is_refused(values: dict[str, Any], said: str) -> None:
    """With the name or the place of it."""
    with pytest.raises(helm_python.HelmValuesError, match=said):
        render(values)
