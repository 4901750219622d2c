"""Tracing, as the chart switches it on."""

from typing import Any

import pytest

from tests.charts.release import Content, Release, release
from tests.charts.test_configuration import settings
from webhook.core.tracing import Tracing

CHECKSUM = "checksum/tracing"


def egress(made: Release) -> list[Content]:
    """Return where the gate may go."""
    rules: list[Content] = made.one("NetworkPolicy")["spec"]["egress"]
    return rules


def traced(endpoint: str, **more: Any) -> Release:
    """Return a release that sends spans there."""
    return Release({"tracing": {"endpoint": endpoint, **more}})


def test_it_is_off_by_default() -> None:
    """Nothing of the release speaks of it."""
    assert settings(release()).tracing is None
    assert CHECKSUM not in release().gate["metadata"]["annotations"]
    assert "REQUIREMENTS" not in release().notes


def test_values_arrive() -> None:
    """What is written in values stands in the configuration."""
    wanted = Tracing(endpoint="http://collector.observability:4318", sample_ratio=0.1)
    assert settings(release("everything")).tracing == wanted
    assert settings(release("tracing")).tracing == Tracing(endpoint="https://collector.example")
    assert settings(traced("http://[fd00::1]:4318")).tracing == Tracing(endpoint="http://[fd00::1]:4318")


@pytest.mark.parametrize("ratio", [0, 1, 0.25, 0.00001, 1e-9])
def test_each_ratio_arrives_as_it_is(ratio: float) -> None:
    """Small ones, too, which would be written with an exponent."""
    assert settings(traced("http://a", sampleRatio=ratio)).tracing == Tracing(endpoint="http://a", sample_ratio=ratio)


def test_a_change_takes_new_pods() -> None:
    """A running gate does not take it up, so that the pods have to differ; otherwise they stay as they are."""
    urls = ("http://a:4318", "http://b:4318")
    sums = [traced(url).gate["metadata"]["annotations"][CHECKSUM] for url in urls]
    assert sums[0] != sums[1]
    assert traced(urls[0], sampleRatio=0.5).gate["metadata"]["annotations"][CHECKSUM] not in sums


@pytest.mark.parametrize(
    ("url", "port"),
    [("http://a.b:4318", 4318), ("https://a", 443), ("http://a/x", 80), ("http://[fd00::1]:4318", 4318)],
)
def test_the_collector_is_reached(url: str, port: int) -> None:
    """On its port, in the cluster and outside of it, and never the metadata service, which gives tokens away."""
    more = [rule for rule in egress(traced(url)) if rule not in egress(release())]
    assert [each["ports"] for each in more] == [[{"port": port, "protocol": "TCP"}]]
    assert {"namespaceSelector": {}} in more[0]["to"]
    assert {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["169.254.0.0/16"]}} in more[0]["to"]


def test_a_release_says_which_image_it_takes() -> None:
    """With the argument of the build."""
    assert "--build-arg REQUIREMENTS=tracing.txt" in release("tracing").notes


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"endpoint": "collector:4318"}, "/tracing/endpoint"),
        ({"endpoint": "http://user:secret@a"}, "/tracing/endpoint"),
        ({"sampleRatio": 2}, "/tracing/sampleRatio"),
        ({"ratio": 1}, "additional properties 'ratio' not allowed"),
    ],
)
def test_wrong_values_are_refused(values: dict[str, Any], message: str) -> None:
    """Before anything is installed that would not start."""
    with pytest.raises(Exception, match=message):
        Release({"tracing": values})
