"""Tests of a policy as people write them: `kind: ScanPolicyTest`, images with what is known and what is expected."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from webhook.core.documents import Document, Section, read
from webhook.core.images import YANDEX_REGISTRY_ALIASES
from webhook.core.matching import Workload
from webhook.core.pod_document import parse_pod
from webhook.core.pods import Image, images_of
from webhook.core.policy import Action
from webhook.core.policy_schema import Name, Text, Words
from webhook.core.reasons import Reason
from webhook.core.times import parse_time
from webhook.core.workloads import parse_kind
from webhook.errors import Invalid

Severity = Literal["critical", "high", "medium", "low", "negligible", "undefined"]

NoScan = Literal[
    "missing",
    "gone",
    "unfinished",
    "failed",
    "unknown-status",
    "mismatched",
    "unavailable",
    "unauthorized",
    "unreadable",
    "invalid-scan-id",
]
"""Reasons for which an image has no usable scan; those that its own name gives are left out."""

Count = Annotated[int, msgspec.Meta(ge=0, description="a whole number from 0")]


class CountsText(Section, frozen=True):
    """What a scan counted. What is left out is 0."""

    critical: Count = 0
    high: Count = 0
    medium: Count = 0
    low: Count = 0
    negligible: Count = 0
    undefined: Count = 0


class VulnerabilityText(Section, frozen=True):
    """One finding of a scan."""

    id: Words
    severity: Severity
    package: Text = ""
    version: Text = ""
    fixed_by: Text | None = None
    """The version that mends it; left out where there is none."""


class EarlierText(Section, frozen=True):
    """An earlier scan of the same image."""

    age: Text
    counts: CountsText = msgspec.field(default_factory=CountsText)


class ScanText(Section, frozen=True):
    """What the scanner knows of the image."""

    age: Text = "1h"
    """Before `now`."""
    scanned_at: Text | None = None
    """A time, in place of an age."""
    status: Text = "READY"
    counts: CountsText | None = None
    """Left out: those of `vulnerabilities`, and where they are left out too a scan without counters."""
    vulnerabilities: tuple[VulnerabilityText, ...] | None = None
    earlier: tuple[EarlierText, ...] = ()


class ExpectText(Section, frozen=True):
    """What should come of it; what is left out is not looked at."""

    decision: Action | None = None
    reason: Reason | None = None
    rule: Name | None = None
    allowed: bool | None = None
    """Whether the image may run: a denial of a rule that only warns or audits lets it."""


class CaseText(Section, frozen=True, kw_only=True):
    """An image of a workload, what is known about it, and what to expect."""

    name: Words
    image: Text
    namespace: Text = "default"
    namespace_labels: dict[str, Text] | None = None
    """Left out: they are not known."""
    kind: Text = "Pod"
    service_account: Text = "default"
    now: Text | None = None
    scan: ScanText | None = None
    no_scan: NoScan | None = None
    """Why there is no usable scan. Without this and `scan`, nothing is known about the image."""
    expect: ExpectText


class CasesText(Section, frozen=True, kw_only=True):
    """A file of cases."""

    api_version: Literal["scangate.dev/v1"]
    kind: Literal["ScanPolicyTest"]
    policy: Text
    """The policy, a file or a folder; relative to the file of cases."""
    now: Text | None = None
    """The present, for all cases; left out, it is that of the clock."""
    cases: Annotated[tuple[CaseText, ...], msgspec.Meta(min_length=1, description="a list of at least one case")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case, understood."""

    text: CaseText
    workload: Workload
    image: Image
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """The cases of one file."""

    source: str
    policy: str
    """As it is written there."""
    cases: tuple[Case, ...]


def parse_cases(document: Document, now: datetime) -> CaseFile:
    """Return the cases that *document* holds. *now* is the present of those that say nothing of it.

    Raises:
        InvalidDocument: it holds something else; the message names file, line, field and value.
    """
    written = read(document, CasesText)
    present = now if written.now is None else _time(document, ("now",), written.now)
    cases = tuple(_case(document, index, text, present) for index, text in enumerate(written.cases))
    return CaseFile(source=document.source, policy=written.policy, cases=cases)


def _case(document: Document, index: int, text: CaseText, now: datetime) -> Case:
    at = ("cases", index)
    if text.scan is not None and text.no_scan is not None:
        raise document.invalid((*at, "noScan"), "says that there is no scan, and scan says what it found; keep one")
    if text.expect == ExpectText():
        raise document.invalid((*at, "expect"), "names nothing; expect a decision, reason, rule or allowed")
    try:
        kind = parse_kind(text.kind)
    except Invalid as error:
        raise document.invalid((*at, "kind"), str(error)) from error
    return Case(
        text=text,
        workload=Workload(namespace=text.namespace, kind=kind, service_account=text.service_account),
        image=image_named(text.image),
        now=now if text.now is None else _time(document, (*at, "now"), text.now),
    )


def image_named(text: str) -> Image:
    """Return the image of a pod whose only container names it so."""
    pod = {"spec": {"containers": [{"name": "app", "image": text}]}}
    return images_of(parse_pod(msgspec.Raw(msgspec.json.encode(pod))), YANDEX_REGISTRY_ALIASES)[0]


def _time(document: Document, path: tuple[str | int, ...], text: str) -> datetime:
    try:
        return parse_time(text)
    except Invalid as error:
        raise document.invalid(path, str(error)) from error
