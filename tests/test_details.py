"""What more is asked about a scan that is over its limits."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import IMAGE_ID, NOW, SCAN_ID, counts, scan, scanned, vulnerability
from tests.fakes import DEADLINE, FakeRegistry, Memory
from webhook.core.evidence import Evidence, Listed, Scanned, Unlisted, Unusable
from webhook.core.history import EarlierScan, History
from webhook.core.images import Digest
from webhook.core.lookup import ScanId
from webhook.core.policy import Absent, Rule, Ruling
from webhook.core.reasons import Reason
from webhook.core.table import Table
from webhook.details import detailed
from webhook.errors import InvalidDocument, NotRemembered, Unavailable

FIXABLE = Rule(name="fixable", only_fixable=True)
GRACE = Rule(name="grace", new_findings_grace=timedelta(days=7))
BOTH = replace(FIXABLE, new_findings_grace=timedelta(days=7))
BAD = scanned(counts=counts(critical=1))
TABLE = Table({})
EARLIER = scan(id=ScanId("che0"), scanned_at=NOW - timedelta(days=1))


def known() -> FakeRegistry:
    """Return a registry that has the list of the usual scan, and a scan before it."""
    return FakeRegistry(found={SCAN_ID: (vulnerability(),)}, histories={IMAGE_ID: (BAD.scan, EARLIER)})


def test_both_are_asked_for_where_both_may_matter() -> None:
    """The scan itself is not one of those before it."""
    found = detailed(BAD, Ruling(BOTH), known(), TABLE, DEADLINE)

    assert found == replace(BAD, listing=Listed((vulnerability(),)), earlier=(EARLIER,))


@pytest.mark.parametrize(
    ("evidence", "rule"),
    [
        (scanned(), BOTH),
        (scanned(counts=None), BOTH),
        (scanned(counts=None), replace(BOTH, absent_counts=Absent.DENY)),
        (Unusable(gap=Reason.MISSING, detail=""), BOTH),
        (BAD, Rule(name="plain")),
    ],
)
def test_nothing_is_asked_that_cannot_change_the_judgement(evidence: Evidence, rule: Rule) -> None:
    """Calls are for scans over their limits, and for rules that have a use for the answer."""
    registry = known()

    assert detailed(evidence, Ruling(rule), registry, TABLE, DEADLINE) is evidence
    assert registry.calls == []


def test_list_that_cannot_be_had_is_said_to_be_missing() -> None:
    """Then the totals decide."""
    registry = FakeRegistry(found={SCAN_ID: Unavailable("the registry answered 503: -")})
    found = detailed(BAD, Ruling(FIXABLE), registry, TABLE, DEADLINE)

    assert isinstance(found, Scanned)
    assert found.listing == Unlisted("what does not count could not be told: the registry answered 503: -")


def test_history_that_cannot_be_had_gives_no_grace() -> None:
    """Nor does a scan of an image that nobody names."""
    registry = FakeRegistry(histories={IMAGE_ID: Unavailable("down")})
    nameless = replace(BAD, scan=replace(BAD.scan, image_id=None))

    assert detailed(BAD, Ruling(GRACE), registry, TABLE, DEADLINE) == replace(BAD, earlier=())
    assert detailed(nameless, Ruling(GRACE), registry, TABLE, DEADLINE) == replace(nameless, earlier=())


def test_what_is_not_remembered_is_looked_up_later() -> None:
    """By a look-up that has the time for it."""
    with pytest.raises(NotRemembered):
        detailed(BAD, Ruling(FIXABLE), Memory(), TABLE, DEADLINE)


class Remembering:
    """Knows one earlier scan of every image, or cannot read what it knows."""

    def __init__(self, *, readable: bool = True) -> None:
        """Remember."""
        self.readable = readable

    def of(self, digest: Digest) -> History:
        """Return what is remembered."""
        if not self.readable:
            raise InvalidDocument("scangate-synced-3.history: broken")
        assert digest == BAD.digest
        return (
            EarlierScan(ScanId("che9"), NOW - timedelta(days=5), counts(low=1)),
            EarlierScan(SCAN_ID, NOW, counts()),
        )


def test_scans_that_the_registry_has_given_up_are_remembered_beside_the_table() -> None:
    """Also while the registry gives no list; the scan itself is not one of them."""
    remembered = scan(id=ScanId("che9"), scanned_at=NOW - timedelta(days=5), counts=counts(low=1))
    table = Table({}, Remembering())

    assert detailed(BAD, Ruling(GRACE), known(), table, DEADLINE) == replace(BAD, earlier=(remembered, EARLIER))
    assert detailed(BAD, Ruling(GRACE), FakeRegistry(), table, DEADLINE) == replace(BAD, earlier=(remembered,))


def test_history_that_cannot_be_read_gives_no_grace() -> None:
    """What the registry says still counts."""
    table = Table({}, Remembering(readable=False))

    assert detailed(BAD, Ruling(GRACE), known(), table, DEADLINE) == replace(BAD, earlier=(EARLIER,))
