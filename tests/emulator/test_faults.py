"""Faults as values."""

from typing import get_args

import pytest

from webhook.emulator.documents import convert, plain
from webhook.emulator.faults import Fault, Flip, Replace, Status
from webhook.errors import InvalidDocument

KINDS = {
    "latency",
    "hang",
    "reset",
    "close",
    "half-body",
    "drip",
    "html",
    "status",
    "plain-text",
    "body",
    "huge",
    "redirect",
    "expired-token",
    "not-found-as-400",
    "page-size-one",
    "repeat-page-token",
    "zeros-printed",
    "vulnerabilities-absent",
    "vulnerabilities-empty",
    "flip",
    "replace",
    "tampered-manifest",
}


def test_every_kind_has_a_name() -> None:
    """The names are the ones that files and command lines use."""
    assert {kind.__struct_config__.tag for kind in get_args(Fault)} == KINDS


@pytest.mark.parametrize(
    "fault",
    [
        Status(status=503, retry_after=2, times=3),
        Flip(values=("a", "b"), field="digest"),
        Replace(field="a.b", value=[1]),
    ],
)
def test_a_fault_survives_being_written(fault: Fault) -> None:
    """What is shown can be put back."""
    assert convert(plain(fault), Fault, "f") == fault  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"kind": "status", "status": 99}, "status: expected `int` >= 200"),
        ({"kind": "latency", "seconds": -1}, "seconds: expected `float` >= 0"),
        ({"kind": "hang", "times": 0}, "times: expected `int` >= 1"),
        ({"kind": "hang", "probability": 2}, "probability: expected `float` <= 1"),
        ({"kind": "flip", "values": []}, "values: expected `array` of length >= 1"),
        ({"kind": "flip", "values": ["a"], "field": "name"}, "field: must be one of digest, id, imageId"),
        ({"kind": "redirect", "location": "x", "status": 200}, "status: must be one of 301, 302"),
        ({"kind": "hang", "seconds": 3}, "seconds: unknown field"),
    ],
)
def test_parameters_are_checked(content: dict[str, object], said: str) -> None:
    """A fault that could not do what it says is refused."""
    with pytest.raises(InvalidDocument, match=said):
        convert(content, Fault, "f")  # type: ignore[arg-type]
