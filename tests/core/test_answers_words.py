"""Answers of the registry: what is said of a field that is not what it should be, and what one that is left out is."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders import IMAGE_ID, SCAN_ID
from webhook.core.answers import parse_image, parse_scan
from webhook.errors import Unreadable

SCAN = {"id": SCAN_ID, "imageId": IMAGE_ID}
IMAGE = {"id": IMAGE_ID}


@pytest.mark.parametrize(
    ("parse", "usual", "field", "named"),
    [
        (parse_scan, SCAN, "id", "id"),
        (parse_scan, SCAN, "imageId", "imageId"),
        (parse_scan, SCAN, "status", "status"),
        (parse_scan, SCAN, "scannedAt", "scannedAt"),
        (parse_scan, SCAN, "vulnerabilities", "vulnerabilities"),
        (parse_image, IMAGE, "id", "imageId"),
        (parse_image, IMAGE, "name", "name"),
        (parse_image, IMAGE, "digest", "digest"),
    ],
)
def test_field_of_another_type_is_named(
    parse: Callable[[Any], object], usual: dict[str, Any], field: str, named: str
) -> None:
    """Beside what the registry gave for it."""
    with pytest.raises(Unreadable) as caught:
        parse({**usual, field: 7})
    assert str(caught.value) == f"the registry gave 7 for {named}"


def test_texts_that_are_left_out_are_empty() -> None:
    """As the JSON mapping of protocol buffers leaves them out; an empty digest is no image's."""
    image = parse_image(IMAGE)

    assert (image.name, image.digest) == ("", "")
    assert parse_scan(SCAN).status == ""


@pytest.mark.parametrize(("length", "kept"), [(40, "x" * 40), (41, "x" * 37 + "...")])
def test_status_is_cut_where_it_is_too_long_for_a_message(length: int, kept: str) -> None:
    """None that is known has more than five characters."""
    assert parse_scan({**SCAN, "status": "x" * length}).status == kept
