"""What more is asked about a scan that is over its limits, where the answer may change the judgement."""

from dataclasses import replace

from webhook.core.deadline import Deadline
from webhook.core.evidence import Counts, Evidence, Listed, Scan, Scanned, Status, Unlisted
from webhook.core.limits import counted, excesses
from webhook.core.policy import Ruling
from webhook.core.registry import Scanner
from webhook.core.table import Table
from webhook.errors import InvalidDocument, LookupFailed


def detailed(found: Evidence, ruling: Ruling, registry: Scanner, table: Table, deadline: Deadline) -> Evidence:
    """Return *found* with its findings and with earlier scans, as far as the policy has a use for them."""
    rule = ruling.rule
    if not isinstance(found, Scanned) or not (ruling.lowers or rule.new_findings_grace):
        return found
    if not excesses(counted(found.scan, rule) or Counts(), rule.limits):
        return found
    if ruling.lowers:
        found = replace(found, listing=_listing(found, registry, _half(deadline)))
    if rule.new_findings_grace:
        found = replace(found, earlier=_earlier(found, registry, table, _half(deadline)))
    return found


def _half(deadline: Deadline) -> Deadline:
    """Leave half of the time: what is known already must not be lost for want of what would be nice to know."""
    return Deadline(deadline.at - deadline.remaining() / 2, deadline.clock)


def _earlier(found: Scanned, registry: Scanner, table: Table, deadline: Deadline) -> tuple[Scan, ...]:
    """Return the scans before this one, each once; what the registry says of one counts."""
    known = {scan.id: scan for scan in (*_remembered(found, table), *_kept(found, registry, deadline))}
    return tuple(known.values())


def _listing(found: Scanned, registry: Scanner, deadline: Deadline) -> Listed | Unlisted:
    """Return the findings; where they cannot be had, the totals decide."""
    try:
        return Listed(registry.vulnerabilities(found.scan.id, deadline))
    except LookupFailed as error:
        return Unlisted(f"what does not count could not be told: {error}")


def _kept(found: Scanned, registry: Scanner, deadline: Deadline) -> tuple[Scan, ...]:
    """Return the scans before this one that the registry keeps; where they are not known, they give no grace."""
    if found.scan.image_id is None:
        return ()
    try:
        history = registry.history(found.scan.image_id, deadline)
    except LookupFailed:
        return ()
    return tuple(scan for scan in history if scan.id != found.scan.id)


def _remembered(found: Scanned, table: Table) -> tuple[Scan, ...]:
    """Return the scans before this one that were remembered beside the lookup table."""
    try:
        history = table.histories.of(found.digest)
    except InvalidDocument:
        return ()
    return tuple(
        Scan(
            id=one.scan_id,
            image_id=found.scan.image_id,
            status=Status.READY,
            scanned_at=one.scanned_at,
            counts=one.counts,
        )
        for one in history
        if one.scan_id != found.scan.id
    )
