"""Times of world files and answers."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.emulator.serving import NOW
from webhook.emulator.times import parse_moment, render_moment


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("90s ago", timedelta(seconds=90)),
        ("5m ago", timedelta(minutes=5)),
        ("2h ago", timedelta(hours=2)),
        ("60d ago", timedelta(days=60)),
        ("1.5 hours ago", timedelta(minutes=90)),
        ("3 days ago", timedelta(days=3)),
    ],
)
def test_an_age_counts_back_from_now(text: str, age: timedelta) -> None:
    """An age is subtracted from the time that is handed in."""
    assert parse_moment(text, NOW) == NOW - age


@pytest.mark.parametrize("text", ["2026-11-20T10:00:00Z", "2026-11-20T13:00:00.000+03:00"])
def test_a_time_is_the_same_in_every_zone(text: str) -> None:
    """An RFC 3339 time is taken as it is."""
    assert parse_moment(text, NOW) == datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2h", "-2h ago", "2026-11-20", "2026-11-20T10:00:00", "2026-13-01T00:00:00Z", "999999999d ago"],
)
def test_anything_else_is_refused(text: str) -> None:
    """A text that is neither is an error, never a guess."""
    with pytest.raises(ValueError, match="time"):
        parse_moment(text, NOW)


def test_a_time_is_printed_with_as_many_digits_as_it_has() -> None:
    """Milliseconds are printed where there are any."""
    assert render_moment(NOW) == "2026-11-24T12:00:00Z"
    assert render_moment(NOW + timedelta(milliseconds=645)) == "2026-11-24T12:00:00.645Z"
