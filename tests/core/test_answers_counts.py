"""Counts in the registry's answers: numbers on which an admission hangs, read without any kindness."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import SCAN_ID
from webhook.core.answers import MAX_COUNT, parse_json, parse_scan
from webhook.core.evidence import SEVERITIES, Counts
from webhook.errors import Unreadable


def read(vulnerabilities: str) -> Counts | None:
    """Return the counts of a scan whose `vulnerabilities` are this JSON text."""
    return parse_scan(parse_json(f'{{"id":"{SCAN_ID}","vulnerabilities":{vulnerabilities}}}'.encode())).counts


ACCEPTED = [
    ('"1"', 1),
    ('"0"', 0),
    ("1", 1),
    ("0", 0),
    ("-0", 0),
    ("null", 0),
    ('"12"', 12),
    ('"00"', 0),
    ('"007"', 7),
    ('"2147483648"', 2**31),
    ('"9007199254740993"', 2**53 + 1),
    ("9007199254740993", 2**53 + 1),
    ('"9223372036854775807"', MAX_COUNT),
    ("9223372036854775807", MAX_COUNT),
    (r'"\u0031"', 1),
]


@pytest.mark.parametrize(("written", "count"), ACCEPTED)
def test_count_is_a_decimal_number_as_text_or_not(written: str, count: int) -> None:
    """A whole number from 0 to the greatest int64 is a count, in quotes as the API writes it or without."""
    assert read(f'{{"critical":{written}}}') == Counts(critical=count)


REFUSED = [
    # No whole number
    "1.0",
    "1.5",
    "0.0",
    "-0.0",
    "1e0",
    "1E2",
    "1e400",
    '"1.5"',
    '"1.0"',
    '"1e3"',
    '"1,000"',
    '"1 000"',
    '"1_000"',
    '"0x1"',
    '"0b1"',
    '"0o7"',
    # Below zero and beyond 64 bits
    "-1",
    '"-1"',
    '"-0"',
    "9223372036854775808",
    '"9223372036854775808"',
    '"18446744073709551615"',
    '"99999999999999999999"',
    '"00000000000000000001"',
    "1" + "0" * 400,
    f'"{"9" * 5000}"',
    "9" * 5000,
    # Text that some parser takes for a number
    '""',
    '" "',
    '" 1"',
    '"1 "',
    r'"5\n"',
    r'"\t5"',
    r'"5\u0000"',
    '"+5"',
    '"１"',
    '"٥"',
    '"५"',
    '"²"',
    '"Ⅷ"',
    '"一"',
    '"1l"',
    '"one"',
    '"NaN"',
    '"Infinity"',
    '"null"',
    '"true"',
    r'"\ud800"',
    # Other types
    "true",
    "false",
    "[]",
    "[1]",
    "{}",
    '{"value":"1"}',
    # Not JSON
    "NaN",
    "Infinity",
    "-Infinity",
    "+1",
    "01",
    ".5",
    "0x1",
    "'1'",
    "undefined",
    "",
]


@pytest.mark.parametrize("written", REFUSED)
def test_what_is_no_count_makes_the_answer_unreadable(written: str) -> None:
    """Nothing is rounded, trimmed, converted or taken for zero."""
    with pytest.raises(Unreadable):
        read(f'{{"critical":{written}}}')


@pytest.mark.parametrize("name", SEVERITIES)
def test_each_severity_is_read_and_checked(name: str) -> None:
    """None of the six counters is left out, neither of the reading nor of the checks."""
    assert read(f'{{"{name}":"3"}}') == Counts(**{name: 3})
    with pytest.raises(Unreadable, match=name):
        read(f'{{"{name}":"-3"}}')


def test_counter_that_is_left_out_is_zero() -> None:
    """Protocol buffers leave zeros out: an empty object says six times zero."""
    assert read("{}") == Counts()


def test_counters_that_are_left_out_altogether_are_none() -> None:
    """No object is not the same as an empty one: policy decides what it means."""
    assert read("null") is None


@pytest.mark.parametrize("written", ["[]", '""', "0", "true", '"READY"', '[{"critical":"0"}]'])
def test_counters_in_no_object_are_unreadable(written: str) -> None:
    """Something else in the place of the counters is not six times zero."""
    with pytest.raises(Unreadable):
        read(written)


@pytest.mark.parametrize(
    "body",
    [
        b'{"id":"%s","vulnerabilities":{"critical":"5","critical":"0"}}',
        b'{"id":"%s","vulnerabilities":{"critical":"5"},"vulnerabilities":{}}',
        b'{"id":"%s","status":"ERROR","status":"READY"}',
        rb'{"id":"%s","status":"ERROR","st\u0061tus":"READY"}',
    ],
)
def test_key_that_stands_twice_makes_the_answer_unreadable(body: bytes) -> None:
    """Of two values for one thing neither is believed."""
    with pytest.raises(Unreadable):
        parse_json(body % SCAN_ID.encode())


@given(st.integers(0, MAX_COUNT))
def test_every_count_is_itself(count: int) -> None:
    """Over the whole range of an int64 the number that is written is the number that is judged."""
    assert read(f'{{"high":"{count}"}}') == read(f'{{"high":{count}}}') == Counts(high=count)


DEEP = [*range(900, 1010), 5_000, 300_000]


@pytest.mark.parametrize(
    ("around", "opening", "closing"),
    [("%s", "[", "]"), ('{"critical":%s}', "[", "]"), ('{"critical":%s}', '{"a":', "}")],
)
def test_deep_answers_are_unreadable(around: str, opening: str, closing: str) -> None:
    """An answer that is nested up to, around or beyond what can be followed is unreadable, and no crash."""
    for depth in DEEP:
        with pytest.raises(Unreadable):
            read(around % (opening * depth + "1" + closing * depth))


@pytest.mark.parametrize("value", [[[]], {"a": [1]}, "x" * 100_000, "\x1b[31m", "é\ud800"])
def test_error_shows_what_came_shortly_and_safely(value: Any) -> None:
    """The message names the field and what stood there, in a few printable characters."""
    with pytest.raises(Unreadable, match="critical") as caught:
        parse_scan({"id": SCAN_ID, "vulnerabilities": {"critical": value}})

    assert str(caught.value).isascii()
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200
