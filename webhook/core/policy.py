"""The policy: how many vulnerabilities a scan may show, how old it may be, and what to do without one.

Absent means deny: a limit that is not written is zero, a switch that is not written refuses.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from webhook.core.documents import Document, Section, read
from webhook.core.images import Digest
from webhook.core.printable import printable
from webhook.core.times import parse_duration
from webhook.errors import Invalid, InvalidDocument

API_VERSION = "scangate.dev/v1"
KIND = "ScanPolicy"

UNLIMITED: Literal["unlimited"] = "unlimited"

Limit = Annotated[
    Annotated[int, msgspec.Meta(ge=0)] | Literal["unlimited"],
    msgspec.Meta(description="a whole number from 0, or 'unlimited'"),
]
"""The greatest count that passes, or no limit."""


class Mode(StrEnum):
    """What a refusal of a rule amounts to."""

    ENFORCE = "enforce"
    """The request is refused."""
    WARN = "warn"
    """It is admitted, with a warning to the person and a record."""
    AUDIT = "audit"
    """It is admitted, with a record only."""


class Action(StrEnum):
    """What to do with an image that has no usable scan."""

    DENY = "deny"
    WARN = "warn"
    ALLOW = "allow"


class OnUnpinned(StrEnum):
    """What to do with an image that is not named by digest."""

    DENY = "deny"
    WARN = "warn"
    ALLOW = "allow"
    RESOLVE = "resolve"
    """Ask the registry which digest the tag names now, judge that, and warn: the tag may move."""


class Absent(StrEnum):
    """How to take a finished scan without any counters; the API leaves zeros out, and may leave out all six."""

    ZERO = "zero"
    DENY = "deny"


class Limits(Section, frozen=True):
    """The greatest count of each severity that passes. One that is not written is 0."""

    critical: Limit = 0
    high: Limit = 0
    medium: Limit = 0
    low: Limit = 0
    negligible: Limit = 0
    undefined: Limit = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How the images that it matches are judged."""

    name: str
    mode: Mode = Mode.ENFORCE
    limits: Limits = field(default_factory=Limits)
    max_scan_age: timedelta | None = timedelta(hours=720)
    """None: a scan of any age counts. The default is the 30 days for which the registry keeps scans."""
    absent_counts: Absent = Absent.ZERO
    require_latest: bool = False
    """Whether the newest scan of an image decides even where an older one is named."""
    scan_on_missing: bool = False
    """Whether the gate asks for a scan of an image that has none. Scans cost money."""
    on_missing: Action = Action.DENY
    on_unfinished: Action = Action.DENY
    on_failed: Action = Action.DENY
    on_unavailable: Action = Action.DENY
    on_unpinned: OnUnpinned = OnUnpinned.DENY


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules in their order; the last one matches every image."""

    rules: tuple[Rule, ...]
    digest: Digest
    """Content address of the document, for the audit record: which policy decided."""

    def rule(self) -> Rule:
        """Return the rule that decides."""
        return self.rules[-1]


class _RuleDocument(Section, frozen=True):
    """A rule as it is written."""

    name: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$(?!\n)",
            description="1 to 63 characters of a-z, 0-9 and -, beginning and ending with a letter or digit",
        ),
    ]
    mode: Mode = Mode.ENFORCE
    limits: Limits = msgspec.field(default_factory=Limits)
    max_scan_age: str = "720h"
    absent_counts: Absent = Absent.ZERO
    require_latest: bool = False
    scan_on_missing: bool = False
    on_missing: Action = Action.DENY
    on_unfinished: Action = Action.DENY
    on_failed: Action = Action.DENY
    on_unavailable: Action = Action.DENY
    on_unpinned: OnUnpinned = OnUnpinned.DENY


class _PolicyDocument(Section, frozen=True):
    """The file as it is written."""

    api_version: Literal["scangate.dev/v1"]
    kind: Literal["ScanPolicy"]
    rules: Annotated[tuple[_RuleDocument, ...], msgspec.Meta(min_length=1, max_length=1)]


def parse_policy(document: Document) -> Policy:
    """Return the policy that *document* holds.

    Raises:
        InvalidDocument: it is not a policy; the message names file, field and value.
    """
    written = read(document, _PolicyDocument)
    rules = tuple(_rule(rule, document, index) for index, rule in enumerate(written.rules))
    return Policy(rules, document.digest)


def _rule(written: _RuleDocument, document: Document, index: int) -> Rule:
    values = {name: getattr(written, name) for name in written.__struct_fields__ if name != "max_scan_age"}
    try:
        return Rule(max_scan_age=_age(written.max_scan_age), **values)
    except Invalid as error:
        raise InvalidDocument(f"{document.source}: rules[{index}].maxScanAge: {error}, or '{UNLIMITED}'") from error


def _age(text: str) -> timedelta | None:
    if text == UNLIMITED:
        return None
    try:
        return timedelta(seconds=parse_duration(text))
    except OverflowError as error:
        raise Invalid(f"'{printable(text, limit=60)}' is longer than time itself; give a duration") from error
