"""Counts of vulnerabilities beside their limits, and what does not count."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from tests.oracle.references import Reference, fits_image, fits_name
from tests.oracle.times import duration, end_of

Document = Any

SEVERITIES = ("critical", "high", "medium", "low", "negligible", "undefined")
"""The worst first."""

Counts = dict[str, int]


def over(counts: Counts, rule: Document) -> bool:
    """Tell whether counts are over the limits of a rule; a limit that is left out is 0."""
    limits = rule.get("limits") or {}
    return any(
        limits.get(severity, 0) != "unlimited" and counts.get(severity, 0) > limits.get(severity, 0)
        for severity in SEVERITIES
    )


def counted(scan: Document, rule: Document, ignored: list[Document]) -> Counts:
    """Return the counts of a scan without what does not count."""
    counts = {severity: (scan["counts"] or {}).get(severity, 0) for severity in SEVERITIES}
    if not over(counts, rule):
        return counts
    for finding in _uncounted(list(scan["findings"]), rule, ignored):
        counts[finding["severity"]] -= 1
    return counts


def ignored_in(policy: Document, reference: Reference, now: datetime) -> list[Document]:
    """Return what is ignored in an image and has not ended."""
    return [
        one
        for one in policy.get("ignoredVulnerabilities") or ()
        if now < end_of(one["expires"])
        and (not one.get("images") or any(fits_image(pattern, reference) for pattern in one["images"]))
    ]


def in_grace(scan: Document, earlier: list[Document], rule: Document, now: datetime) -> bool:
    """Tell whether the grace time for new findings runs, given the *earlier* scans of the image."""
    grace, oldest = duration(rule.get("newFindingsGrace", "0s")), rule.get("maxScanAge", "720h")
    scans = sorted([*earlier, scan], key=lambda one: one["scannedAt"])
    within = [number for number, one in enumerate(scans[:-1]) if not over(one["counts"], rule)]
    if not within or not grace:
        return False
    ends = [scans[within[-1] + 1]["scannedAt"] + grace]
    if oldest != "unlimited":
        ends.append(scans[within[-1]]["scannedAt"] + duration(oldest) + grace)
    return bool(now < min(ends))


def stale(scan: Document, rule: Document, now: datetime) -> bool:
    """Tell whether a scan is too old."""
    oldest = rule.get("maxScanAge", "720h")
    return bool(oldest != "unlimited" and now - scan["scannedAt"] > duration(oldest))


def ahead(scan: Document, now: datetime) -> bool:
    """Tell whether a scan finishes later than clocks may differ."""
    return bool(scan["scannedAt"] - now > timedelta(minutes=5))


def _uncounted(findings: list[Document], rule: Document, ignored: list[Document]) -> Iterator[Document]:
    """Return the findings that do not count: what is ignored, what has no fix, and what repeats another one."""
    seen: set[tuple[str, bool]] = set()
    for finding in sorted(findings, key=lambda one: SEVERITIES.index(one["severity"])):
        unfixable = rule.get("onlyFixable", False) and not finding["fixedBy"]
        named = (finding["id"], finding["severity"] == "undefined")
        repeated = rule.get("counting", "findings") == "distinct" and named in seen
        if unfixable or repeated or any(_about(one, finding) for one in ignored):
            yield finding
        else:
            seen.add(named)


def _about(ignored: Document, finding: Document) -> bool:
    packages = ignored.get("packages")
    return ignored["id"] == finding["id"] and (
        not packages or any(fits_name(pattern, finding["package"]) for pattern in packages)
    )
