"""Faults as people write them."""

import pytest

from webhook.emulator.fault_board import Posted
from webhook.emulator.fault_text import fault_content, parse_fault, parse_faults
from webhook.emulator.faults import (
    Body,
    Drip,
    Fault,
    Flip,
    Hang,
    Html,
    Huge,
    Latency,
    PageSizeOne,
    PlainText,
    Redirect,
    Replace,
    Status,
)
from webhook.errors import InvalidDocument


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("hang", Hang()),
        ("page-size-one", PageSizeOne()),
        ("hang:times=2", Hang(times=2)),
        ("latency:2", Latency(seconds=2)),
        ("latency:seconds=0.5", Latency(seconds=0.5)),
        ("drip:0.01", Drip(seconds=0.01)),
        ("drip", Drip()),
        ("status:503,times=3,path=GET */scans/*", Status(status=503, times=3, path="GET */scans/*")),
        ("status:429:retryAfter=5,probability=0.3", Status(status=429, retry_after=5, probability=0.3)),
        ("html:502", Html(status=502)),
        ("plain-text:504", PlainText(status=504)),
        ("huge:8", Huge(mebibytes=8)),
        ("redirect:http://x:1/y", Redirect(location="http://x:1/y")),
        ('body:{"a": 1, "a": 2}', Body(text='{"a": 1, "a": 2}')),
        ('body:{"a":1,"b":2},times=1', Body(text='{"a":1,"b":2}', times=1)),
        ("flip:crp2", Flip(values=("crp2",))),
        ("flip:[crp2, crp3],field=id", Flip(values=("crp2", "crp3"), field="id")),
        ("replace:status,value=QUEUED", Replace(field="status", value="QUEUED")),
        ('replace:vulnerabilities.critical,value="1.5"', Replace(field="vulnerabilities.critical", value="1.5")),
        ("replace:scannedAt", Replace(field="scannedAt")),
    ],
)
def test_one_line_describes_a_fault(text: str, fault: Fault) -> None:
    """A kind, the first parameter's value, and others by name."""
    assert parse_fault(text) == fault


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("explode", "fault 'explode': kind: must be one of latency, hang, "),
        ("", "fault '': kind: must be one of "),
        ("latency", "fault 'latency': seconds: is required"),
        ("latency:soon", "fault 'latency:soon': seconds: expected `float`, got `str`, not 'soon'"),
        ("hang:3", "fault 'hang:3': value: unknown field"),
        ("status:503,tmes=3", "fault 'status:503,tmes=3': tmes: unknown field; did you mean 'times'"),
        ("flip:[a", "fault 'flip:\\[a': line 1: "),
    ],
)
def test_any_other_line_is_refused(text: str, said: str) -> None:
    """The message says which fault and what is right."""
    with pytest.raises(InvalidDocument, match=said):
        parse_fault(text)


def test_a_list_or_a_single_one_in_yaml_or_json() -> None:
    """Both are taken where faults are put over HTTP."""
    assert parse_faults("[{kind: hang}, {kind: latency, seconds: 1}]", "b") == (Hang(), Latency(seconds=1))
    assert parse_faults(b'{"kind": "hang"}', "b") == (Hang(),)
    with pytest.raises(InvalidDocument, match=r"b: \[0\].kind: must be one of"):
        parse_faults("[{kind: x}]", "b")
    with pytest.raises(InvalidDocument, match="b: the document: expected `array`"):
        parse_faults("hang", "b")


def test_a_fault_is_shown_with_its_number_and_counters() -> None:
    """What people read at the control endpoint."""
    shown = fault_content(Posted(7, Latency(seconds=1), 3, 2))

    assert shown == {
        "number": 7,
        "seen": 3,
        "applied": 2,
        "kind": "latency",
        "seconds": 1,
        "path": "*",
        "times": None,
        "every": 1,
        "probability": 1.0,
    }
