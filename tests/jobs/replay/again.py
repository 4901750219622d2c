"""Decisions that are made again under other rules."""

from dataclasses import replace
from datetime import timedelta

from tests.builders import NOW, counts, scanned
from webhook.core.evidence import Listed, Scanned, Severity, Vulnerability
from webhook.core.exemptions import ExceptionList, Grounds, IgnoredVulnerability
from webhook.core.images import Digest
from webhook.core.policy import Policy, Rule
from webhook.core.recorded import parse_record
from webhook.jobs.replay.rejudging import Rejudged, Rejudging

TAGGED = "cr.yandex/crp0000000000registry/shop/api:1"
GROUNDS = Grounds(reason="r", owner="o", ends=NOW + timedelta(days=30))
BAD = scanned(counts=counts(critical=3))
FINDING = Vulnerability(id="CVE-2026-1", severity=Severity.CRITICAL, package="zlib", fixed_by=None)


def policy(*rules: Rule, exceptions: ExceptionList | None = None) -> Policy:
    """Return another policy than the one that decided."""
    return Policy(rules, Digest("sha256:" + "1" * 64), exceptions or ExceptionList())


def again(line: bytes, *rules: Rule, exceptions: ExceptionList | None = None) -> Rejudged:
    """Judge a recorded decision under other rules."""
    return Rejudging(policy(*rules, exceptions=exceptions)).verdict(parse_record(line))


def ignoring() -> ExceptionList:
    """Return exceptions by which the one finding does not count."""
    return ExceptionList((), (IgnoredVulnerability(grounds=GROUNDS, id=FINDING.id),))


def listed(number: int = 3) -> Scanned:
    """Return the evidence of a scan with its findings."""
    return replace(BAD, listing=Listed((FINDING,) * number))
