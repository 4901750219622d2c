"""The reviews that the bench asks about are such as an API server sends."""

import pytest

from bench.documents import APART, LARGE, SHAPES, SMALL, UID, USUAL, Shape, review_of
from tests.builders import images_in
from tests.service.registry import new_app

APPS = [new_app() for _ in range(10)]


@pytest.mark.parametrize(("shape", "size"), [(SMALL, 3_000), (USUAL, 10_000), (LARGE, 115_000)])
def test_review_has_its_size(shape: Shape, size: int) -> None:
    """The sizes are those in the names of the rows, within a twentieth."""
    assert abs(len(review_of(shape, APPS)) - size) < size / 20


@pytest.mark.parametrize("shape", SHAPES)
def test_review_brings_in_images_with_their_scans(shape: Shape) -> None:
    """Each container has an image of its own, and an annotation that names its scan."""
    found = images_in(review_of(shape, APPS))
    apps = APPS[: shape.containers]
    assert [(image.text, image.annotation) for image in found] == [(app.reference, app.scan_id) for app in apps]


@pytest.mark.parametrize(("shape", "times"), [(USUAL, 1), (APART, 2)])
def test_uid_is_there_once(shape: Shape, times: int) -> None:
    """The client changes it in place; pods that are apart have it as their namespace, too."""
    assert review_of(shape, APPS).count(UID.encode()) == times
