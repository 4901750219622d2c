"""What is known about an image."""

from dataclasses import FrozenInstanceError
from typing import get_args

import pytest

from tests.builders import SCAN_ID, scanned
from webhook.core.evidence import SEVERITIES, Counts, Gap, Scanned, Status, Unusable
from webhook.core.reasons import Reason

JUDGED = {
    Reason.WITHIN_LIMITS,
    Reason.RESOLVED_TAG,
    Reason.OVER_LIMITS,
    Reason.NEW_FINDINGS,
    Reason.STALE,
    Reason.FUTURE,
    Reason.UNCOUNTED,
}
"""The reasons that come of a finished scan."""

RULED = {Reason.ALLOWED_BY_RULE, Reason.DENIED_BY_RULE, Reason.EXEMPTED, Reason.NAMESPACE_UNKNOWN}
"""The reasons that come of the policy alone."""


def test_every_reason_is_a_judgement_or_a_gap() -> None:
    """No scan, a scan, or the policy alone: these are all there are, and no reason is two of them."""
    gaps = set(get_args(Gap))

    assert gaps | JUDGED | RULED == set(Reason)
    assert len(gaps) + len(JUDGED) + len(RULED) == len(Reason)


def test_severities_go_from_the_worst_down() -> None:
    """The order is the scanner's, and each severity has a count."""
    assert SEVERITIES == ("critical", "high", "medium", "low", "negligible", "undefined")
    assert Counts.__struct_fields__ == SEVERITIES


def test_statuses_are_those_of_the_scanner() -> None:
    """The three names are the API's own."""
    assert list(Status) == ["READY", "RUNNING", "ERROR"]


def test_scanned_has_the_id_of_its_scan() -> None:
    """Evidence can be asked for the scan's id whether it is usable or not."""
    assert scanned().scan_id == SCAN_ID
    assert Unusable(gap=Reason.MISSING, detail="").scan_id is None


def test_evidence_cannot_be_changed() -> None:
    """What was found stays as it was found."""
    evidence: Scanned = scanned()

    with pytest.raises(FrozenInstanceError):
        evidence.scan = evidence.scan  # type: ignore[misc]
