"""Times and durations as the APIs write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW
from webhook.core.times import clock_error, parse_duration, parse_time, render_time
from webhook.errors import Invalid


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-06-27T13:00:38Z", datetime(2026, 6, 27, 13, 0, 38, tzinfo=UTC)),
        ("2026-06-27T13:00:38.6Z", datetime(2026, 6, 27, 13, 0, 38, 600_000, tzinfo=UTC)),
        ("2026-06-27T13:00:38.64Z", datetime(2026, 6, 27, 13, 0, 38, 640_000, tzinfo=UTC)),
        ("2026-06-27T13:00:38.645Z", datetime(2026, 6, 27, 13, 0, 38, 645_000, tzinfo=UTC)),
        ("2026-06-27T13:00:38.6451Z", datetime(2026, 6, 27, 13, 0, 38, 645_100, tzinfo=UTC)),
        ("2026-06-27T13:00:38.64512Z", datetime(2026, 6, 27, 13, 0, 38, 645_120, tzinfo=UTC)),
        ("2026-06-27T13:00:38.645123Z", datetime(2026, 6, 27, 13, 0, 38, 645_123, tzinfo=UTC)),
        ("2026-06-27T13:00:38.6451239Z", datetime(2026, 6, 27, 13, 0, 38, 645_123, tzinfo=UTC)),
        ("2026-06-27T13:00:38.64512399Z", datetime(2026, 6, 27, 13, 0, 38, 645_123, tzinfo=UTC)),
        ("2026-06-27T13:00:38.645123999Z", datetime(2026, 6, 27, 13, 0, 38, 645_123, tzinfo=UTC)),
        # Offsets, and the hours that a change of clocks repeats or leaves out
        ("2026-06-27T16:00:38+03:00", datetime(2026, 6, 27, 13, 0, 38, tzinfo=UTC)),
        ("2026-06-27T07:30:38-05:30", datetime(2026, 6, 27, 13, 0, 38, tzinfo=UTC)),
        ("2026-06-27T13:00:38+00:00", datetime(2026, 6, 27, 13, 0, 38, tzinfo=UTC)),
        ("2026-06-27T13:00:38-00:00", datetime(2026, 6, 27, 13, 0, 38, tzinfo=UTC)),
        ("2026-10-25T02:30:00+02:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T02:30:00+01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("2026-03-29T02:30:00+01:00", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("2026-01-01T00:00:00+14:00", datetime(2025, 12, 31, 10, 0, tzinfo=UTC)),
        ("2025-12-31T23:59:59-12:00", datetime(2026, 1, 1, 11, 59, 59, tzinfo=UTC)),
        # Leap days and leap seconds
        ("2024-02-29T00:00:00Z", datetime(2024, 2, 29, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2016-12-31T23:59:60.5Z", datetime(2016, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC)),
        # The ends of time
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59.999999999Z", datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_time_is_read_in_utc(text: str, at: datetime) -> None:
    """Fractions of 0 to 9 digits, every offset and leap seconds give the moment, to the microsecond."""
    assert parse_time(text) == at
    assert parse_time(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-06-27",
        "2026-06-27T13:00Z",
        "2026-06-27T13:00:38",
        "2026-06-27 13:00:38Z",
        "2026-06-27t13:00:38z",
        "2026-06-27T13:00:38.Z",
        "2026-06-27T13:00:38.6451239991Z",
        "2026-06-27T13:00:38,645Z",
        "2026-06-27T13:00:38Z\n",
        " 2026-06-27T13:00:38Z",
        "2026-06-27T13:00:38+0300",
        "2026-06-27T13:00:38+03",
        "2026-06-27T13:00:38+24:00",
        "2026-06-27T13:00:38-99:99",
        "2026-06-27T13:00:38 MSK",
        "2026-02-29T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-32T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:61Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "10000-01-01T00:00:00Z",
        "-2026-01-01T00:00:00Z",
        "26-01-01T00:00:00Z",
        "２０２６-06-27T13:00:38Z",
        "2026-06-27T13:00:٣٨Z",
        "1782565238",
        "now",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    """Another format, a moment that does not exist and one beyond the calendar are errors, printably."""
    with pytest.raises(Invalid) as caught:
        parse_time(text)

    assert str(caught.value).isprintable()


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=3)), timezone(timedelta(hours=-9.5))])))
def test_time_that_is_written_and_read_is_the_same_moment(at: datetime) -> None:
    """Whatever the zone, writing loses less than a millisecond."""
    if at.year in {1, 9999}:
        return
    assert timedelta(0) <= at - parse_time(render_time(at.astimezone(UTC))) < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 6, 27, 13, 0, 38, 645_999, tzinfo=UTC), "2026-06-27T13:00:38.645Z"),
        (datetime(2026, 6, 27, tzinfo=UTC), "2026-06-27T00:00:00.000Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00.000Z"),
    ],
)
def test_time_is_written_with_milliseconds(at: datetime, text: str) -> None:
    """Every time has the same number of characters, so that lines sort."""
    assert render_time(at) == text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10s", 10.0),
        ("1m30s", 90.0),
        ("720h", 2_592_000.0),
        ("500ms", 0.5),
        ("1.5h", 5400.0),
        ("0s", 0.0),
        ("1h1m1s1ms", 3661.001),
        ("0.1s", 0.1),
        ("1s1s", 2.0),
        ("999999999h", 3_599_999_996_400.0),
    ],
)
def test_duration_is_read_as_go_writes_it(text: str, seconds: float) -> None:
    """Hours, minutes, seconds and milliseconds add up."""
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text",
    ["", "10", "s", "10 s", "-1s", "+1s", "1d", "1w", "1e3s", ".5s", "1.s", "10s\n", "10S", "１s", "inf", "nan", "1,5h"]
    + ["1000000000h", "0x1s", "1us", "1h-1m", "10s ", " 10s", "1_0s"],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    """No unit, a sign, a unit that is not known and digits without end are errors, printably."""
    with pytest.raises(Invalid) as caught:
        parse_duration(text)

    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ("Tue, 24 Nov 2026 12:00:00 GMT", 0.0),
        ("Tue, 24 Nov 2026 11:58:30 GMT", 90.0),
        ("Tue, 24 Nov 2026 12:01:00 GMT", -60.0),
        ("Tue, 24 Nov 2026 15:00:00 +0300", 0.0),
        ("Tuesday, 24-Nov-26 12:00:00 GMT", 0.0),
        (None, None),
        ("", None),
        ("yesterday", None),
        ("2026-11-24T12:00:00Z", None),
        ("Tue, 24 Nov 2026 12:00:00", None),
        ("Tue, 24 Nov 2026 12:00:00 -0000", None),
        ("Tue, 31 Feb 2026 12:00:00 GMT", None),
        ("Tue, 24 Nov 2026 12:00:00 +9999", None),
        ("Tue, 24 Nov 2026 12:00:00 +99999999999999999999", None),
        ("Tue, 99999999999 Nov 2026 12:00:00 GMT", None),
        ("Tue, 24 Nov 99999999999999 12:00:00 GMT", None),
    ],
)
def test_clock_is_compared_with_the_date_of_an_answer(date: str | None, seconds: float | None) -> None:
    """Ahead is positive and behind negative; a date that is none, or has no zone, tells nothing."""
    assert clock_error(date, NOW) == seconds


@given(st.text(max_size=60))
def test_no_date_breaks_the_comparison(date: str) -> None:
    """The header is a stranger's."""
    assert isinstance(clock_error(date, NOW), float | None)
