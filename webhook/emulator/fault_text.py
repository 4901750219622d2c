"""Faults as people write them: a list in YAML or JSON, or `KIND[:PARAMETERS]` on a command line."""

import re
from typing import Any

from webhook.emulator.documents import convert, parse_yaml, plain
from webhook.emulator.fault_board import Posted
from webhook.emulator.faults import Fault

SYNTAX = "KIND[:VALUE][:NAME=VALUE,…]"

_FIRST = {
    "latency": "seconds",
    "drip": "seconds",
    "html": "status",
    "status": "status",
    "plain-text": "status",
    "body": "text",
    "huge": "mebibytes",
    "redirect": "location",
    "flip": "values",
    "replace": "field",
}
"""The parameter that needs no name, by kind."""

_NAMED = re.compile(r"(?:^|[:,])([a-zA-Z]+)=")
_STRUCTURED = ("value", "values")
"""Parameters that are YAML; all others are text or numbers."""


def parse_fault(text: str) -> Fault:
    """Return the fault that *text* describes, such as `hang`, `latency:2`, `status:503,times=3,path=*/scans/*`.

    After the kind stands a value for its first parameter, parameters as `name=value`, or both; with commas
    between them.

    Raises:
        InvalidDocument: there is no such fault, or a parameter is wrong.
    """
    kind, _, rest = text.partition(":")
    first, *named = _NAMED.split(rest)
    fields: dict[str, Any] = {"kind": kind}
    if first:
        fields[_FIRST.get(kind, "value")] = first
    fields |= zip(named[::2], named[1::2], strict=True)
    for name in _STRUCTURED:
        if name in fields:
            fields[name] = parse_yaml(fields[name], f"fault '{text}'")
    if isinstance(fields.get("values"), str):
        fields["values"] = [fields["values"]]
    return convert(fields, Fault, f"fault '{text}'", strict=False)  # type: ignore[arg-type]


def parse_faults(text: bytes | str, source: str) -> tuple[Fault, ...]:
    """Return the faults that a list, or a single mapping, in YAML or JSON describes.

    Raises:
        InvalidDocument: a fault is wrong; the message names its field.
    """
    content = parse_yaml(text, source)
    return convert([content] if isinstance(content, dict) else content, tuple[Fault, ...], source)


def fault_content(posted: Posted) -> dict[str, Any]:
    """Return a fault on the board as JSON can hold it."""
    return {"number": posted.number, "seen": posted.seen, "applied": posted.applied, **plain(posted.fault)}
