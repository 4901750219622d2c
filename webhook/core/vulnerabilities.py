"""The list behind a scan's counts: which vulnerabilities were found, and in which packages."""

from collections import Counter
from collections.abc import Iterable

from webhook.core.evidence import SEVERITIES, Counts, Vulnerability


def tally(vulnerabilities: Iterable[Vulnerability], *, distinct: bool = False) -> Counts:
    """Count by severity: each finding, as the scanner does, or each id once, at its worst severity."""
    if not distinct:
        return Counts(**Counter(one.severity for one in vulnerabilities))
    worst: dict[str, str] = {}
    for one in vulnerabilities:
        known = worst.get(one.id, one.severity)
        worst[one.id] = min(known, one.severity, key=SEVERITIES.index)
    return Counts(**Counter(worst.values()))
