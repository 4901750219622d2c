"""What more is asked about a scan that is over its limits, where the answer may change the judgement."""

from dataclasses import replace

from webhook.core.deadline import Deadline
from webhook.core.evidence import Counts, Evidence, Listed, Scan, Scanned, Unlisted
from webhook.core.limits import counted, excesses
from webhook.core.policy import Ruling
from webhook.core.registry import Scanner
from webhook.errors import LookupFailed


def detailed(found: Evidence, ruling: Ruling, registry: Scanner, deadline: Deadline) -> Evidence:
    """Return *found* with its findings and with earlier scans, as far as the policy has a use for them."""
    rule = ruling.rule
    if not isinstance(found, Scanned) or not excesses(counted(found.scan, rule) or Counts(), rule.limits):
        return found
    if ruling.lowers:
        found = replace(found, listing=_listing(found, registry, deadline))
    if rule.new_findings_grace:
        found = replace(found, earlier=_earlier(found, registry, deadline))
    return found


def _listing(found: Scanned, registry: Scanner, deadline: Deadline) -> Listed | Unlisted:
    """Return the findings; where they cannot be had, the totals decide."""
    try:
        return Listed(registry.vulnerabilities(found.scan.id, deadline))
    except LookupFailed as error:
        return Unlisted(f"what does not count could not be told: {error}")


def _earlier(found: Scanned, registry: Scanner, deadline: Deadline) -> tuple[Scan, ...]:
    """Return the scans before this one; where they are not known, there is no grace."""
    if found.scan.image_id is None:
        return ()
    try:
        history = registry.history(found.scan.image_id, deadline)
    except LookupFailed:
        return ()
    return tuple(scan for scan in history if scan.id != found.scan.id)
