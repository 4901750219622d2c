"""The gate behind its server, put together."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import Client

from tests.wiring.gates import change, loaded, write_gate
from webhook.adapters.server import Applications
from webhook.wiring.loading import Configuration
from webhook.wiring.metering import Metering, ledger
from webhook.wiring.serve import applications, serving_certificate


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    """A configuration that was read once."""
    return loaded(write_gate(tmp_path))


@pytest.fixture
def built(configuration: Configuration) -> Iterator[Applications]:
    """What one process serves by it."""
    certificate = serving_certificate(configuration.value())
    yield applications(configuration, certificate, lambda: False, Metering(ledger(1), 0))
    certificate.stop()
    configuration.stop()
    configuration.value().policy.stop()


def test_both_applications_answer(built: Applications) -> None:
    """What is put together is reviews on one side and probes on the other."""
    assert Client(built.reviews).get("/healthz").status_code == 404
    assert Client(built.probes).get("/healthz").status_code == 200
    assert Client(built.probes).get("/readyz").json == {
        "ready": True,
        "checks": {"credentials": "ok", "serving": "ok"},
        "details": {
            "configuration": "ok",
            "certificate": "ok",
            "policy": "ok",
            "table": "ok",
            "token": "ok",
            "server": "ok",
            "tracing": "ok",
        },
    }


def test_metrics_are_exposed(built: Applications) -> None:
    """How things stand shows from the first moment on."""
    assert b"\nscangate_ready 1.0\n" in Client(built.probes).get("/metrics").data


def test_configuration_that_is_spoilt_shows(built: Applications, configuration: Configuration) -> None:
    """The gate goes on by the last good one, is still ready, and says what is wrong with the new one."""
    change(configuration, "logLevel: loud\n")
    answer = Client(built.probes).get("/readyz")
    assert answer.status_code == 200
    assert "logLevel: must be one of" in json.loads(answer.data)["details"]["configuration"]
