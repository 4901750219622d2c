"""Where in a file something is wrong."""

from datetime import timedelta

import pytest

from tests.emulator.serving import NOW
from webhook.emulator.world_place import Place
from webhook.errors import InvalidDocument


def test_a_place_names_file_and_field() -> None:
    """A complaint says where, what would be right and what stands there."""
    place = Place("w.yaml", NOW).at("images[0]").at("digest")

    assert str(place.wrong("must be a digest", "x")) == "w.yaml: images[0].digest: must be a digest, not 'x'"


def test_a_time_that_is_left_out_has_a_default() -> None:
    """An age counts back from the place's time; none at all is the default."""
    place = Place("w.yaml", NOW)

    assert place.moment(None, NOW) == NOW
    assert place.moment("1h ago", NOW) == NOW - timedelta(hours=1)


def test_a_wrong_time_is_told_with_the_right_form() -> None:
    """The message shows what a time looks like."""
    with pytest.raises(InvalidDocument, match=r"w\.yaml: scannedAt: must be an RFC 3339 time such as .* not 'soon'"):
        Place("w.yaml", NOW).at("scannedAt").moment("soon", NOW)
