"""One row of the HTML report of an audit: an image, what is wrong with it, and where it runs."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from webhook.core.cluster_audit import Violation
from webhook.core.evidence import SEVERITIES, Evidence, Indexed, Scanned
from webhook.core.limits import counted
from webhook.core.policy import UNLIMITED, Rule
from webhook.core.printable import printable

MAX_PLATFORMS = 8
"""Whose counts are shown, of an image index."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many vulnerabilities of a severity the scanner counted."""

    severity: str
    count: int
    limit: str
    over: bool
    """Whether that is more than the limit, before anything is left out."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What the scanner counted in an image, or in that of one platform."""

    platform: str
    """Empty, but of an image index."""
    counts: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A namespace in which an image runs."""

    namespace: str
    workloads: tuple[str, ...]
    """Kind and name of those that are named."""
    more: int
    """How many others are known there."""


@dataclass(frozen=True, slots=True)
class Row:
    """A violation, as it is shown: text that is safe to look at, and not yet safe in HTML."""

    folder: str
    """Registry and path, as far as it goes before the name of the image; with its slash."""
    name: str
    digest: str
    rule: str
    mode: str
    detail: str
    notices: tuple[str, ...]
    scans: tuple[Scan, ...]
    pods: int
    workloads: int
    places: tuple[Place, ...]
    unnamed: int
    """Workloads that the audit counted and did not name."""

    @property
    def short(self) -> bool:
        """Whether there are so few workloads that nobody has to ask for them."""
        return self.workloads <= 3


def row(violation: Violation, named: int) -> Row:
    """Return how a violation is shown, with that many workloads named at most."""
    finding = violation.finding
    text = finding.image.text.partition("@")[0] or "(no image)"
    folder, slash, name = text.rpartition("/")
    return Row(
        folder=printable(folder + slash),
        name=printable(name, limit=256),
        digest=finding.digest or "",
        rule=printable(finding.rule.name),
        mode=finding.rule.mode.value,
        detail=finding.detail,
        notices=finding.notices,
        scans=tuple(_scans(finding.evidence, finding.rule))[:MAX_PLATFORMS],
        pods=violation.pod_count,
        workloads=violation.owner_count,
        places=tuple(_places(violation, named)),
        unnamed=violation.owner_count - len(violation.owners),
    )


def _scans(evidence: Evidence, rule: Rule) -> Iterator[Scan]:
    if isinstance(evidence, Indexed):
        for child in evidence.children:
            for scan in _scans(child.evidence, rule):
                yield Scan(printable(child.platform), scan.counts)
    elif isinstance(evidence, Scanned):
        counts = counted(evidence.scan, rule)
        shown = () if counts is None else tuple(_count(name, getattr(counts, name), rule) for name in SEVERITIES)
        yield Scan("", tuple(count for count in shown if count.count))


def _count(severity: str, count: int, rule: Rule) -> Count:
    limit = getattr(rule.limits, severity)
    return Count(severity, count, str(limit), over=limit != UNLIMITED and count > limit)


def _places(violation: Violation, named: int) -> Iterator[Place]:
    """Yield every namespace, since that is what people look for, and workloads as long as there is room."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for owner in violation.owners:
        found[owner.namespace].append(f"{owner.kind}/{owner.name}")
    for namespace, workloads in sorted(found.items()):
        shown = workloads[:named]
        named -= len(shown)
        yield Place(printable(namespace), tuple(map(printable, shown)), len(workloads) - len(shown))
