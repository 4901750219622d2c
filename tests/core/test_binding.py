"""The proof that a scan is of an image."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import DIGEST, IMAGE_ID, NOW, SCAN_ID, digest_of, registry_image, scan
from webhook.core.binding import bind, names_another
from webhook.core.evidence import Gap, RegistryImage, Scanned, Status, Unusable
from webhook.core.lookup import Hint, ImageId, ScanId, Source
from webhook.core.reasons import Reason

HINT = Hint(Source.TABLE, SCAN_ID)


def gap(evidence: object) -> Gap:
    """Return why there is no usable scan."""
    assert isinstance(evidence, Unusable)
    return evidence.gap


@pytest.mark.parametrize("source", list(Source))
def test_scan_of_the_digest_is_the_proof(source: Source) -> None:
    """A finished scan whose image has the pod's digest is evidence, with all that it says."""
    assert bind(scan(), registry_image(), DIGEST, source) == Scanned(
        scan=scan(), scanned_at=scan().scanned_at or NOW, digest=DIGEST, source=source
    )


@pytest.mark.parametrize(
    ("image_id", "known"),
    [
        (IMAGE_ID, registry_image(digest=digest_of("other"))),
        (IMAGE_ID, registry_image(digest=DIGEST.upper())),
        (IMAGE_ID, registry_image(digest=DIGEST[:-1])),
        (IMAGE_ID, registry_image(digest=f"{DIGEST} ")),
        (IMAGE_ID, registry_image(digest="")),
        (IMAGE_ID, registry_image(id="crpother")),
        ("crpother", registry_image()),
        (None, registry_image()),
    ],
)
@pytest.mark.parametrize("status", [*Status, "QUEUED"])
def test_scan_of_anything_else_is_mismatched(image_id: str | None, known: RegistryImage, status: str) -> None:
    """Another digest or another image id is a mismatch before the scan's status is looked at."""
    found = bind(scan(image_id=image_id, status=status), known, DIGEST, Source.ANNOTATION)

    assert gap(found) is Reason.MISMATCHED


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("RUNNING", Reason.UNFINISHED),
        ("ERROR", Reason.FAILED),
        ("QUEUED", Reason.UNKNOWN_STATUS),
        ("CANCELLED", Reason.UNKNOWN_STATUS),
        ("STATUS_UNSPECIFIED", Reason.UNKNOWN_STATUS),
        ("ready", Reason.UNKNOWN_STATUS),
        ("Ready", Reason.UNKNOWN_STATUS),
        (" READY", Reason.UNKNOWN_STATUS),
        ("READY ", Reason.UNKNOWN_STATUS),
        ("", Reason.UNKNOWN_STATUS),
    ],
)
def test_only_a_ready_scan_is_usable(status: str, reason: Gap) -> None:
    """Every status but READY, letter by letter, is a reason for having no scan, and keeps what the scanner gave."""
    result = scan(status=status)

    found = bind(result, registry_image(), DIGEST, Source.REGISTRY)

    assert gap(found) is reason
    assert isinstance(found, Unusable)
    assert (found.scan, found.scan_id, found.source) == (result, SCAN_ID, Source.REGISTRY)


def test_finished_scan_without_a_time_is_unreadable() -> None:
    """READY promises a time; without one the age of the scan could not be judged."""
    assert gap(bind(scan(scanned_at=None), registry_image(), DIGEST, Source.TABLE)) is Reason.UNREADABLE


@given(st.text(max_size=10).filter(lambda status: status != "READY"))
def test_no_other_status_is_evidence(status: str) -> None:
    """Whatever word the scanner invents, it is not evidence of safety."""
    found = bind(scan(status=status), registry_image(), DIGEST, Source.TABLE)

    assert gap(found) in get_args(Gap)


def test_scan_that_the_hint_names_is_followed() -> None:
    """A hint with the id of the scan, with or without the id of its image, is in order."""
    assert names_another(HINT, scan()) is None
    assert names_another(Hint(Source.TABLE, SCAN_ID, IMAGE_ID), scan()) is None


@pytest.mark.parametrize(
    ("hint", "changes"),
    [
        (HINT, {"id": ScanId("che2")}),
        (Hint(Source.TABLE, SCAN_ID, ImageId("crpother")), {}),
        (Hint(Source.TABLE, SCAN_ID, IMAGE_ID), {"image_id": None}),
    ],
)
def test_answer_to_another_question_is_mismatched(hint: Hint, changes: dict[str, object]) -> None:
    """A scan with another id, or of another image than the table says, is not what was named."""
    found = names_another(hint, scan(**changes))

    assert gap(found) is Reason.MISMATCHED
    assert isinstance(found, Unusable)
    assert (found.scan_id, found.source) == (hint.scan_id, hint.source)


def test_scan_that_names_no_image_is_unreadable() -> None:
    """Without an image id a scan cannot be bound to anything."""
    assert gap(names_another(HINT, scan(image_id=None))) is Reason.UNREADABLE
