"""What the lookup table, the exceptions and the last audit come to as metrics."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from tests.ages import SYNCED
from tests.builders import DIGEST, NOW
from webhook.core.ages import Level, of_audit, of_exceptions, of_tables
from webhook.core.audit_state import AuditState, ViolationCount
from webhook.core.exemptions import ExceptionList, Exemption, Grounds, IgnoredVulnerability
from webhook.core.metrics import FAMILIES, PREFIX
from webhook.core.policy import Action, Mode
from webhook.core.reasons import Reason
from webhook.core.table_state import TableState

DAY = timedelta(days=1)


def shown(levels: Iterable[Level]) -> dict[str, float]:
    """Return gauges as they are written, each of which has the labels of its family."""
    found = list(levels)
    assert all(family in FAMILIES and len(family.labels) == len(labels) for (family, labels), _ in found)
    return {f"{family.name.removeprefix(PREFIX)}{{{','.join(labels)}}}": value for (family, labels), value in found}


@pytest.mark.parametrize(
    ("states", "at", "successful"),
    [
        ([], None, None),
        ([SYNCED], NOW, 1),
        ([SYNCED, TableState(synced_at=NOW - DAY, images=1, entries=1)], NOW - DAY, 1),
        ([SYNCED, TableState(synced_at=NOW - DAY, images=1, entries=1, failed_at=NOW)], NOW - DAY, 0),
        ([TableState(synced_at=None, images=0, entries=0, failed_at=NOW)], None, 0),
    ],
    ids=["none", "one", "two", "failed", "never"],
)
def test_tables(states: list[TableState], at: datetime | None, successful: int | None) -> None:
    """The oldest counts, and one failure is enough; nothing is said of what nobody synchronises."""
    found = shown(of_tables(states))
    expected = {"table_synchronisation_successful{}": successful}
    if at is not None:
        assert found.pop("table_synchronised_timestamp_seconds{}") == at.timestamp()
    assert found == {name: value for name, value in expected.items() if value is not None}


def grounds(days: int) -> Grounds:
    """Return those of an exception that ends so many days from now."""
    return Grounds(reason="no fix yet", owner="team-shop", ends=NOW + days * DAY)


def test_exceptions() -> None:
    """What ends at this moment has ended; the first end of those to come is shown, and no end where none is."""
    exemptions = tuple(Exemption(grounds=grounds(days), digests=(DIGEST,)) for days in (-3, 0, 5, 2))
    ignored = IgnoredVulnerability(grounds=grounds(-1), id="CVE-2026-1")

    assert shown(of_exceptions(ExceptionList(exemptions, (ignored,)), NOW)) == {
        "exceptions{exemption,in-force}": 2,
        "exceptions{exemption,ended}": 2,
        "exception_expiry_timestamp_seconds{exemption}": (NOW + 2 * DAY).timestamp(),
        "exceptions{ignored-vulnerability,in-force}": 0,
        "exceptions{ignored-vulnerability,ended}": 1,
    }


@pytest.mark.parametrize("whole", [True, False])
def test_audit(whole: bool) -> None:
    """What it came to, and what it found by decision, mode and reason."""
    violations = (
        ViolationCount(decision=Action.DENY, mode=Mode.ENFORCE, reason=Reason.OVER_LIMITS, images=3, pods=12),
        ViolationCount(decision=Action.WARN, mode=Mode.WARN, reason=Reason.MISSING, images=1, pods=1),
    )
    state = AuditState(
        started_at=NOW,
        finished_at=NOW + DAY,
        whole=whole,
        namespaces=1,
        owners=2,
        pods=20,
        images=5,
        violations=violations,
    )

    assert shown(of_audit(state)) == {
        "audit_finished_timestamp_seconds{}": (NOW + DAY).timestamp(),
        "audit_whole{}": whole,
        "audit_pods{}": 20,
        "audit_images{}": 5,
        "audit_violating_pods{deny,enforce,over-limits}": 12,
        "audit_violating_images{deny,enforce,over-limits}": 3,
        "audit_violating_pods{warn,warn,missing}": 1,
        "audit_violating_images{warn,warn,missing}": 1,
    }
