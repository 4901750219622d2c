"""What a gate that traces takes from its environment, and what it needs to be installed."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.collector import Collector, collector
from tests.gates import gate
from tests.processes import TOKEN, eventually, run
from tests.service.registry import Registry
from tests.traces import TRACE, ask, tracing
from webhook.wiring.tracing import MISSING


@pytest.fixture
def without(tmp_path: Path) -> Mapping[str, str]:
    """The environment of a Python to which OpenTelemetry is not installed."""
    package = tmp_path / "without" / "opentelemetry"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError('not installed')\n")
    return {"YC_TOKEN": TOKEN, "PYTHONPATH": str(package.parent)}


def delivered(collected: Collector) -> tuple[dict[str, str], str | None]:
    """Return what a delivery says of its sender, and by what it is let in."""
    eventually(lambda: bool(collected.resources))
    sender = {each.key: each.value.string_value for each in collected.resources[0].resource.attributes}
    return sender, collected.heads[0].get("x-team")


def test_what_the_environment_says(world: Registry, authority: Authority, tmp_path: Path) -> None:
    """It may name the sender and headers, but neither another collector, nor what is traced."""
    environment = {
        "OTEL_RESOURCE_ATTRIBUTES": "k8s.pod.name=scangate-1",
        "OTEL_EXPORTER_OTLP_HEADERS": "x-team=security",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1",
        "OTEL_TRACES_SAMPLER": "always_off",
        "OTEL_PROPAGATORS": "none",
        "OTEL_BSP_MAX_QUEUE_SIZE": "1",
    }
    with collector() as collected:
        started = tracing(world.url, collected.url, environment={"YC_TOKEN": TOKEN, **environment})
        with gate(tmp_path, authority, started) as running:
            ask(running, world.app())
            assert delivered(collected) == ({"service.name": "scangate", "k8s.pod.name": "scangate-1"}, "security")
    [review] = collected.reviews
    assert review.trace_id.hex() == TRACE


def test_the_environment_may_name_the_service_and_switch_tracing_off(
    world: Registry, authority: Authority, tmp_path: Path
) -> None:
    """OTEL_SERVICE_NAME and OTEL_SDK_DISABLED mean what they mean elsewhere."""
    for folder, variable, value in (("a", "OTEL_SERVICE_NAME", "gate"), ("b", "OTEL_SDK_DISABLED", "true")):
        (tmp_path / folder).mkdir()
        with collector() as collected:
            started = tracing(world.url, collected.url, environment={"YC_TOKEN": TOKEN, variable: value})
            with gate(tmp_path / folder, authority, started) as running:
                ask(running, world.app())
        if value == "gate":
            assert delivered(collected)[0] == {"service.name": "gate"}
        else:
            assert collected.spans == []


def test_headers_that_cannot_be_read_are_not_shown(world: Registry, authority: Authority, tmp_path: Path) -> None:
    """A token is among them; the log of the gate, which is searched for tokens at its end, does not have it."""
    wrong = {"OTEL_EXPORTER_OTLP_HEADERS": f"Authorization: Bearer {TOKEN}"}
    with collector() as collected:
        started = tracing(world.url, collected.url, environment={"YC_TOKEN": TOKEN, **wrong})
        with gate(tmp_path, authority, started) as running:
            ask(running, world.app())
        assert TOKEN.encode() not in b"".join(running.process.log.all())


def test_a_gate_that_does_not_trace_needs_nothing_for_it(
    world: Registry, authority: Authority, tmp_path: Path, without: Mapping[str, str]
) -> None:
    """It serves where OpenTelemetry is not installed."""
    with gate(tmp_path, authority, tracing(world.url, None, environment=without)) as running:
        ask(running, world.app())


def test_a_gate_that_cannot_trace_does_not_start(
    world: Registry, authority: Authority, tmp_path: Path, without: Mapping[str, str]
) -> None:
    """It says which file and field want it, and what to do."""
    authority.issue().write(tmp_path)
    config = tracing(world.url, "http://127.0.0.1:1").write(tmp_path)
    ended = run("serve", "--config", config, environment=without)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == f"scangate: {config}: tracing: {MISSING}\n"
