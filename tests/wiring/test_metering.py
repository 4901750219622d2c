"""The metrics of one process: who hears of what, and what is read then."""

from pathlib import Path

import pytest

from tests.scrapes import Scrape, parsed
from tests.wiring.gates import change, loaded, write_gate
from webhook.adapters.observed import Recall
from webhook.core.reasons import Fault
from webhook.core.workloads import BUILT_IN
from webhook.wiring.metering import Metering, ledger
from webhook.wiring.running import RunningGate
from webhook.wiring.serve import serving_certificate
from webhook.wiring.standing import Standing


@pytest.fixture
def metering() -> Metering:
    """The metrics of the first process of two."""
    return Metering(ledger(2), 0)


def read(metering: Metering) -> Scrape:
    """Return what is exposed."""
    text, content_type = metering.expose("")
    assert content_type.startswith("text/plain")
    return parsed(text.decode())


def test_what_is_heard_is_counted(metering: Metering) -> None:
    """Decisions, calls and questions, each in its metric."""
    audience = metering.audience
    audience.decision(BUILT_IN, None, Fault.OVERLOADED, 0.002)
    audience.ears.call("GET", "https://a.example/container-registry/v1/scans/che1", None, 0.3)
    audience.ears.ask("scan", Recall.HIT)
    found = read(metering)

    assert found.total("scangate_admission_requests_total", reason="overloaded", kind="other") == 1
    assert found.total("scangate_admission_duration_seconds_bucket", decision="error", le="0.0025") == 1
    assert found.total("scangate_upstream_request_duration_seconds_sum", method="Scanner.Get", code="none") == 0.3
    assert found.total("scangate_cache_requests_total", what="scan", result="hit") == 1


def test_files_that_cannot_be_read_show(metering: Metering, tmp_path: Path) -> None:
    """As a failure that was counted, and as what is in use not being what the files say."""
    configuration = loaded(write_gate(tmp_path))
    running = RunningGate(configuration.value())
    certificate = serving_certificate(configuration.value())
    report = metering.reporting(Standing(running, configuration, certificate, draining=lambda: False))
    report()
    before = read(metering)
    change(configuration, "logLevel: loud\n")
    report()
    after = read(metering)
    running.stop()

    assert before.total("scangate_admission_requests_total") == 0
    assert any(before.matching("scangate_admission_requests_total", reason="internal-error", kind="Pod"))
    for name, values in (("reload_failures_total", (0, 1)), ("last_reload_successful", (1, 0))):
        assert values == tuple(each.total(f"scangate_{name}", what="configuration") for each in (before, after))
