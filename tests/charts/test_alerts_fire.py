"""When alerts about ages fire, and when they do not."""

import pytest

from tests.charts.monitoring import alerts
from tests.promql_values import fires
from tests.scrapes import parsed

NOW = 1_800_000_000.0
HOUR, DAY = 3600, 86400

EXPRESSIONS = {alert["alert"]: alert["expr"] for alert in alerts("table-age")}


def shown(name: str, value: float, **labels: str) -> str:
    """Return a gauge as Prometheus reads it."""
    inner = ",".join(f'{label}="{text}"' for label, text in labels.items())
    return f"# TYPE scangate_{name} gauge\nscangate_{name}{{{inner}}} {value!r}\n"


@pytest.mark.parametrize(
    ("alert", "name", "labels", "quiet", "loud"),
    [
        ("ScangateTableSyncFailing", "table_synchronisation_successful", {}, 1, 0),
        ("ScangateTableStale", "table_synchronised_timestamp_seconds", {}, NOW - 2 * HOUR, NOW - 4 * HOUR),
        ("ScangateTableOld", "table_last_load_timestamp_seconds", {}, NOW - DAY, NOW - 3 * DAY),
        (
            "ScangateExceptionEnds",
            "exception_expiry_timestamp_seconds",
            {"what": "exemption"},
            NOW + 8 * DAY,
            NOW + DAY,
        ),
        ("ScangateAuditOld", "audit_finished_timestamp_seconds", {}, NOW - DAY, NOW - 2 * DAY),
        ("ScangateAuditIncomplete", "audit_whole", {}, 1, 0),
        (
            "ScangateRunningViolations",
            "audit_violating_pods",
            {"decision": "deny", "mode": "enforce", "reason": "stale"},
            0,
            3,
        ),
        ("ScangateTokenRenewalFailing", "token_renewal_successful", {}, 1, 0),
        ("ScangateCertificateExpiring", "certificate_expiry_timestamp_seconds", {}, NOW + 30 * DAY, NOW + 3 * DAY),
    ],
)
def test_alert(alert: str, name: str, labels: dict[str, str], quiet: float, loud: float) -> None:
    """It is quiet while all is well, and where there is nothing to tell of; it fires when it is to."""
    expression = EXPRESSIONS[alert]

    assert not fires(expression, parsed(""), NOW)
    assert not fires(expression, parsed(shown(name, quiet, **labels)), NOW)
    assert fires(expression, parsed(shown(name, loud, **labels)), NOW)


@pytest.mark.parametrize("labels", [{"decision": "deny", "mode": "audit"}, {"decision": "warn", "mode": "enforce"}])
def test_only_what_would_be_refused_is_a_running_violation(labels: dict[str, str]) -> None:
    """What only warns or is only recorded does not alert."""
    text = shown("audit_violating_pods", 3, reason="stale", **labels)

    assert not fires(EXPRESSIONS["ScangateRunningViolations"], parsed(text), NOW)
