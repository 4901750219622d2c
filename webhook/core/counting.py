"""What a decision and a call add to the metrics. Beside the audit record, a second rendering of the same outcome."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import assert_never

from webhook.core.metrics import FINDINGS, REQUESTS, Family
from webhook.core.reasons import Exempt, Fault
from webhook.core.review import Request
from webhook.core.verdict import Verdict
from webhook.core.workloads import Kind

Count = tuple[Family, tuple[str, ...], int]
"""A counter, the values of its labels, and by how much it goes up."""

OTHER = "other"
"""In place of what is not on a list."""

NONE = "none"

ERROR = "error"

_CALLS = (
    ("GET", r".*/container-registry/v1/scans", "Scanner.List"),
    ("POST", r".*/container-registry/v1/scans", "Scanner.Scan"),
    ("GET", r".*/container-registry/v1/scans/[^/:]+", "Scanner.Get"),
    ("GET", r".*/container-registry/v1/scans/[^/:]+:listVulnerabilities", "Scanner.ListVulnerabilities"),
    ("GET", r".*/container-registry/v1/images/[^/:]+:lastScanResult", "Scanner.GetLast"),
    ("GET", r".*/container-registry/v1/images", "Image.List"),
    ("GET", r".*/container-registry/v1/images/[^/:]+", "Image.Get"),
    ("HEAD", r".*/v2/.+/manifests/[^/]+", "Manifest.Head"),
    ("GET", r".*/v2/.+/manifests/[^/]+", "Manifest.Get"),
    ("POST", r".*/iam/v1/tokens", "IamToken.Create"),
    ("POST", r".*/oauth/token", "IamToken.Exchange"),
    ("GET", r".*/computeMetadata/v1/.*/token", "Metadata.Token"),
    ("GET", r".*/endpoints/[^/]+", "Endpoint.Get"),
)
"""Calls by HTTP method and path, as the services name them. Ids in paths never become labels."""

_PATTERNS = tuple((verb, re.compile(path), name) for verb, path, name in _CALLS)

METHODS = (*(name for _, _, name in _CALLS), OTHER)
"""Every name that a call may have."""

CODES = frozenset({200, 400, 401, 403, 404, 408, 429, 500, 502, 503, 504})
"""Statuses that are told apart. Any other is one of its hundred: 3xx."""


def decision_of(outcome: Verdict | Exempt | Fault) -> str:
    """Return what was decided, as the audit record has it."""
    match outcome:
        case Verdict():
            return outcome.action
        case Exempt():
            return "allow"
        case Fault():
            return ERROR
        case _:
            assert_never(outcome)


def counts(
    request: Request | None, outcome: Verdict | Exempt | Fault, decision: str, kinds: Collection[Kind]
) -> Iterator[Count]:
    """Yield what goes up after a *decision*, that of *outcome*; *kinds* are those that may be told apart."""
    kind = str(request.kind) if request is not None and request.kind in kinds else OTHER
    if not isinstance(outcome, Verdict):
        yield REQUESTS, (decision, outcome, NONE, kind), 1
        return
    yield REQUESTS, (decision, outcome.reason, outcome.mode, kind), 1
    yield from _plain_findings(outcome) if outcome.plain else _findings(outcome)


def _findings(verdict: Verdict) -> Sequence[Count]:
    alike = Counter((one.rule.name, one.rule.mode, one.reason, one.action) for one in verdict.findings)
    return [(FINDINGS, labels, images) for labels, images in alike.items()]


_plain_findings = lru_cache(maxsize=64)(_findings)
"""Verdicts that are plain come again and again."""


def faults(kinds: Collection[Kind]) -> Iterator[Count]:
    """Yield the counters of all that can go wrong, so that they are there, at zero, before it does."""
    names = [*map(str, kinds), OTHER]
    yield from ((REQUESTS, (ERROR, fault, NONE, kind), 0) for fault in Fault for kind in names)


def call_name(method: str, url: str) -> str:
    """Name the call that *method* and *url* make."""
    place = url.partition("?")[0]
    return next((name for verb, pattern, name in _PATTERNS if verb == method and pattern.fullmatch(place)), OTHER)


def code_name(status: int | None) -> str:
    """Name the status of an answer; None where none came."""
    if status is None:
        return NONE
    return str(status) if status in CODES else f"{status // 100}xx"
