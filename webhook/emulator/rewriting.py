"""Faults that rewrite a right answer of the API."""

from collections.abc import Iterable
from copy import deepcopy
from typing import Any, assert_never

from webhook.emulator.answers import Message
from webhook.emulator.fault_board import Strike
from webhook.emulator.faults import (
    Flip,
    Replace,
    Rewriting,
    VulnerabilitiesAbsent,
    VulnerabilitiesEmpty,
    ZerosPrinted,
)
from webhook.emulator.world import ScanStatus, Severity


def rewritten(message: Message, strikes: Iterable[Strike]) -> Message:
    """Return *message* as the faults among *strikes* would have it."""
    message = deepcopy(message)
    for strike in strikes:
        if isinstance(strike.fault, Rewriting):
            _rewrite(message, strike.fault, strike.nth)
    return message


def _rewrite(message: Message, fault: Rewriting, nth: int) -> None:
    match fault:
        case Flip(values=values, field=field):
            _put(message, (field,), (message.get(field), *values)[nth % (len(values) + 1)])
        case Replace(field=field, value=value):
            _put(message, tuple(field.split(".")), value)
        case ZerosPrinted() | VulnerabilitiesAbsent() | VulnerabilitiesEmpty():
            for scan in _finished_scans(message):
                _recount(scan, fault)
        case _ as never:
            assert_never(never)


def _recount(scan: Message, fault: ZerosPrinted | VulnerabilitiesAbsent | VulnerabilitiesEmpty) -> None:
    match fault:
        case ZerosPrinted():
            scan["vulnerabilities"] = {one.value.lower(): "0" for one in Severity} | scan.get("vulnerabilities", {})
        case VulnerabilitiesAbsent():
            scan.pop("vulnerabilities", None)
        case VulnerabilitiesEmpty():
            scan["vulnerabilities"] = {}
        case _ as never:
            assert_never(never)


def _finished_scans(message: Message) -> Iterable[Message]:
    """Return every finished ScanResult that a message is, or holds in a list or as an operation's response."""
    candidates: list[Any] = [message, message.get("response"), *message.get("scanResults", ())]
    return (
        one
        for one in candidates
        if isinstance(one, dict) and "imageId" in one and one.get("status") == ScanStatus.READY.value
    )


def _put(message: Message, path: tuple[str, ...], value: Any) -> None:
    """Put *value* at a path, making what is missing on the way; None removes what is there."""
    *way, last = path
    for name in way:
        inner = message.get(name)
        if not isinstance(inner, dict):
            inner = message[name] = {}
        message = inner
    if value is None:
        message.pop(last, None)
    else:
        message[last] = value
