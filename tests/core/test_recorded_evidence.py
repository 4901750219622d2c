"""Evidence from records: what is not said is not made up."""

import msgspec
import pytest

from tests.records import line_for
from tests.situations import SITUATIONS
from webhook.core.evidence import NotAsked, Unusable
from webhook.core.reasons import Reason
from webhook.core.record_schema import ImageRecord, decode_record
from webhook.core.recorded_evidence import GAPS, parse_evidence


def written(reason: Reason) -> ImageRecord:
    """Return the record of an image."""
    return next(one for one in decode_record(line_for(reason)).images if one.reason == reason)


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason not in GAPS])
def test_evidence_is_read_back(reason: Reason) -> None:
    """It is what the gate had found."""
    evidence = next(one.evidence for one in SITUATIONS[reason].verdict().findings if one.reason is reason)
    assert parse_evidence(written(reason)) == evidence


@pytest.mark.parametrize("reason", sorted(GAPS))
def test_gap_is_read_back(reason: Reason) -> None:
    """With its facts, and with what the scanner gave."""
    evidence = next(one.evidence for one in SITUATIONS[reason].verdict().findings if one.reason is reason)
    assert parse_evidence(written(reason)) == evidence


def test_platform_of_an_older_gate() -> None:
    """Old records do not say whether the scan of a platform was of its image: nothing is known of the index."""
    one = msgspec.to_builtins(written(Reason.OVER_LIMITS))
    platform = {"platform": "linux/amd64", **{name: one[name] for name in one if name not in ("gap", "registry")}}
    old = msgspec.convert(one | {"platforms": [platform]}, ImageRecord)
    new = msgspec.convert(one | {"platforms": [platform | {"gap": None}]}, ImageRecord)
    assert parse_evidence(old) is None
    assert not isinstance(parse_evidence(new), NotAsked | Unusable | type(None))
