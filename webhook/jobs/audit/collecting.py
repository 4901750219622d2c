"""What is found about owner after owner, put together to one report; it grows with what is violated alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

import msgspec

from webhook.core.cluster_audit import MAX_EXAMPLES, AuditReport, Owner, Violation, identity
from webhook.core.evidence import SEVERITIES, Evidence, Indexed, Listed, NotAsked, Scanned, Single, Unusable
from webhook.core.images import Digest
from webhook.core.policy import STRICTEST_MODE_FIRST, Action
from webhook.core.verdict import STRICTEST_FIRST, Finding
from webhook.jobs.audit.judging import Judged

MAX_LISTED = 20
"""Vulnerabilities kept of one violation, the worst: all of them, of thousands of images, would be a gigabyte."""

_Key = tuple[str, str | None, str, str, str]


@dataclass(slots=True)
class _Spread:
    """A finding, and where it was made."""

    finding: Finding
    owners: list[Owner] = field(default_factory=list)
    owner_count: int = 0
    pod_count: int = 0

    def add(self, owner: Owner, pods: int) -> None:
        """Add an owner."""
        self.owner_count += 1
        self.pod_count += pods
        if len(self.owners) < MAX_EXAMPLES:
            self.owners.append(owner)


@dataclass(slots=True)
class Collection:
    """What was found so far. Owners come namespace by namespace."""

    policy: Digest | None = None
    namespaces: int = 0
    owners: int = 0
    pods: int = 0
    _namespace: str | None = None
    _images: set[str] = field(default_factory=set)
    _violations: dict[_Key, _Spread] = field(default_factory=dict)
    _troubles: list[str] = field(default_factory=list)
    _more_troubles: int = 0

    def add(self, judged: Judged) -> None:
        """Add an owner."""
        owner = judged.group.owner
        self.namespaces += owner.namespace != self._namespace
        self._namespace = owner.namespace
        self.owners += 1
        self.pods += judged.group.pod_count
        self._images.update(judged.group.running)
        for trouble in judged.troubles:
            self.trouble(trouble)
        if judged.audited is not None:
            self.policy = judged.audited.verdict.policy
            self._found(judged, judged.audited.verdict.findings)

    def trouble(self, trouble: str) -> None:
        """Add what could not be read or judged."""
        if len(self._troubles) < MAX_EXAMPLES:
            self._troubles.append(trouble)
        else:
            self._more_troubles += 1

    def report(self, *, started: datetime, finished: datetime) -> AuditReport:
        """Return all of it."""
        return AuditReport(
            started=started,
            finished=finished,
            policy=self.policy,
            namespaces=self.namespaces,
            owners=self.owners,
            pods=self.pods,
            images=len(self._images),
            violations=tuple(sorted((_violation(spread) for spread in self._violations.values()), key=_place)),
            troubles=tuple(self._all_troubles()),
        )

    def _found(self, judged: Judged, findings: tuple[Finding, ...]) -> None:
        for one in findings:
            if one.action is Action.ALLOW:
                continue
            image = identity(one.image)
            key = (image, one.image.annotation, one.rule.name, one.action, one.reason)
            if key not in self._violations:
                self._violations[key] = _Spread(msgspec.structs.replace(one, evidence=_short(one.evidence)))
            self._violations[key].add(judged.group.owner, judged.group.running[image])

    def _all_troubles(self) -> Iterator[str]:
        yield from self._troubles
        if self._more_troubles:
            yield f"and {self._more_troubles} more"


def _short(evidence: Evidence) -> Evidence:
    match evidence:
        case Indexed():
            children = tuple(replace(one, evidence=_short_scan(one.evidence)) for one in evidence.children)
            return replace(evidence, children=children)
        case Scanned() | Unusable():
            return _short_scan(evidence)
        case NotAsked():
            return evidence
        case _:
            assert_never(evidence)


def _short_scan(evidence: Single) -> Single:
    if not (isinstance(evidence, Scanned) and isinstance(evidence.listing, Listed)):
        return evidence
    worst = sorted(evidence.listing.vulnerabilities, key=lambda one: SEVERITIES.index(one.severity))
    return replace(evidence, listing=Listed(tuple(worst[:MAX_LISTED])))


def _violation(spread: _Spread) -> Violation:
    return Violation(
        finding=spread.finding,
        owners=tuple(spread.owners),
        owner_count=spread.owner_count,
        pod_count=spread.pod_count,
    )


def _place(violation: Violation) -> tuple[bool, int, int, int, str]:
    """Return where it stands among the others: the strictest first, then what runs in most pods."""
    finding = violation.finding
    return (
        finding.allowed,
        STRICTEST_FIRST.index(finding.action),
        STRICTEST_MODE_FIRST.index(finding.rule.mode),
        -violation.pod_count,
        identity(finding.image),
    )
