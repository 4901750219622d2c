"""What is known about an image."""

from dataclasses import FrozenInstanceError, fields
from typing import get_args

import pytest

from tests.builders import SCAN_ID, scanned
from webhook.core.evidence import SEVERITIES, Counts, Gap, Scanned, Status, Unusable
from webhook.core.reasons import Reason

JUDGED = {
    Reason.WITHIN_LIMITS,
    Reason.RESOLVED_TAG,
    Reason.OVER_LIMITS,
    Reason.STALE,
    Reason.FUTURE,
    Reason.UNCOUNTED,
}
"""The reasons that come of a finished scan."""


def test_every_reason_is_a_judgement_or_a_gap() -> None:
    """The reasons for having no usable scan and those that come of one are all there are, and no reason is both."""
    gaps = set(get_args(Gap))

    assert gaps | JUDGED == set(Reason)
    assert not gaps & JUDGED


def test_severities_go_from_the_worst_down() -> None:
    """The order is the scanner's, and each severity has a count."""
    assert SEVERITIES == ("critical", "high", "medium", "low", "negligible", "undefined")
    assert tuple(field.name for field in fields(Counts)) == SEVERITIES


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
