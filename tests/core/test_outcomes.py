"""What became of requests, in words."""

import msgspec
import pytest

from tests.records import line_about, line_for
from tests.situations import scanned_as
from webhook.core.outcomes import SHOWN_CHARACTERS, Outcome, deciding, outcome, workload_of
from webhook.core.reasons import Reason
from webhook.core.record_schema import decode_record


@pytest.mark.parametrize(
    ("action", "allowed", "expected"),
    [
        ("deny", False, Outcome.DENIED),
        ("deny", True, Outcome.NOT_ENFORCED),
        ("warn", True, Outcome.WARNED),
        ("allow", True, Outcome.ALLOWED),
        ("warn", False, Outcome.DENIED),
    ],
)
def test_outcomes(action: str, allowed: bool, expected: Outcome) -> None:
    """Whether a request was admitted comes first."""
    assert outcome(action, allowed=allowed) is expected


def test_workloads() -> None:
    """A workload is named as people write it, and a stranger's name is safe to show."""
    request = decode_record(line_about(scanned_as())).request
    assert request is not None
    assert workload_of(request) == "shop/Pod/web"
    assert workload_of(msgspec.structs.replace(request, group="apps", kind="Deployment")) == "shop/Deployment.apps/web"
    assert workload_of(msgspec.structs.replace(request, namespace="", name="")) == "-/Pod/-"
    assert workload_of(msgspec.structs.replace(request, name="\x1b" * 999)).isprintable()
    assert len(workload_of(msgspec.structs.replace(request, name="n" * 999))) == SHOWN_CHARACTERS
    assert workload_of(None) == "-"


@pytest.mark.parametrize("reason", list(Reason))
def test_image_that_decided(reason: Reason) -> None:
    """It has the reason of the record."""
    record = decode_record(line_for(reason))
    decided = deciding(record)
    assert decided is not None
    assert decided.reason == record.reason
