"""What is found about owner after owner, in one report."""

from dataclasses import replace
from datetime import timedelta

from tests.builders import NOW, digest_of, scanned, vulnerability
from tests.jobs.audit.samples import BAD, DOWN, GOOD, LENIENT, OLD, POLICY, audited, finding, owner
from tests.judgements import index
from webhook.core.cluster_audit import MAX_EXAMPLES, AuditReport, Owner
from webhook.core.evidence import Counts, Evidence, Indexed, Listed, Scanned, Severity
from webhook.core.policy import Rule, RuleAction
from webhook.core.verdict import Finding
from webhook.jobs.audit.collecting import MAX_LISTED, Collection
from webhook.jobs.audit.grouping import Group
from webhook.jobs.audit.judging import Judged

LATER = NOW + timedelta(minutes=1)
TOLD = Rule(name="told", action=RuleAction.WARN)


def judged(*findings: Finding, of: Owner | None = None, pods: int = 1, troubles: tuple[str, ...] = ()) -> Judged:
    """Return an owner with these findings, of which each is about all of its pods."""
    top = of or owner()
    group = Group(top, ["web-1"], pods)
    for one in findings:
        group.running[one.image.text] = pods
    return Judged(group=group, audited=audited(*findings, of=top, pods=pods), troubles=troubles)


def report(*owners: Judged) -> AuditReport:
    """Return the report about these."""
    found = Collection()
    for one in owners:
        found.add(one)
    return found.report(started=NOW, finished=LATER)


def test_nothing() -> None:
    """Of an empty cluster there is a report, too."""
    empty = report()
    assert (empty.namespaces, empty.owners, empty.pods, empty.images) == (0, 0, 0, 0)
    assert (empty.started, empty.finished, empty.violations, empty.troubles) == (NOW, LATER, (), ())


def test_counted() -> None:
    """Namespaces, owners, pods and distinct images are counted."""
    tagged = f"{GOOD.partition('@')[0]}:1.0@{GOOD.partition('@')[2]}"
    all_of_them = report(
        judged(finding(GOOD), of=owner("a"), pods=2),
        judged(finding(GOOD), finding(BAD), of=owner("b"), pods=3),
        judged(finding(tagged, scanned()), of=owner("c", namespace="store")),
    )
    assert (all_of_them.namespaces, all_of_them.owners, all_of_them.pods) == (2, 3, 6)
    assert all_of_them.policy == POLICY


def test_one_violation_in_many_places() -> None:
    """An image is reported once, with all owners and pods that run it; what simply passes is not."""
    [violation] = report(
        judged(finding(BAD), finding(GOOD), of=owner("a"), pods=2), judged(finding(BAD), of=owner("b"), pods=3)
    ).violations
    assert violation.finding.image.text == BAD
    assert [one.name for one in violation.owners] == ["a", "b"]
    assert (violation.owner_count, violation.pod_count) == (2, 5)


def test_only_the_pods_that_run_it() -> None:
    """While a change is rolled out, some pods of an owner run the old image, and some the new one."""
    group = Group(owner(), ["web-1"], 5)
    group.running.update({BAD: 2, GOOD: 3})
    one = Judged(group=group, audited=audited(finding(BAD), finding(GOOD), pods=5))
    assert [violation.pod_count for violation in report(one).violations] == [2]


def test_many_owners() -> None:
    """So many are named; the rest is counted."""
    [violation] = report(*(judged(finding(BAD), of=owner(f"web-{n}")) for n in range(MAX_EXAMPLES + 5))).violations
    assert (len(violation.owners), violation.owner_count) == (MAX_EXAMPLES, MAX_EXAMPLES + 5)


def test_order() -> None:
    """The strictest come first, then what runs in most pods; what would be denied before what is only recorded."""
    found = report(
        judged(finding(GOOD, rule=TOLD), pods=50),
        judged(finding(BAD, rule=LENIENT), pods=40),
        judged(finding(OLD), pods=1),
        judged(finding(BAD), pods=2),
    ).violations
    assert [(one.finding.image.text, one.pod_count) for one in found] == [(BAD, 2), (OLD, 1), (BAD, 40), (GOOD, 50)]


def test_troubles() -> None:
    """What could not be judged is listed, the first of it, and counted."""
    assert report(judged(finding(DOWN), troubles=("it did not answer",))).troubles == ("it did not answer",)
    many = report(*(judged(finding(DOWN), troubles=(str(number),)) for number in range(MAX_EXAMPLES + 7)))
    assert len(many.troubles) == MAX_EXAMPLES + 1
    assert many.troubles[-1] == "and 7 more"


def test_without_a_verdict() -> None:
    """An owner that the gate did not judge is counted, and has no violations."""
    one = replace(judged(finding(BAD)), audited=None, troubles=("busy",))
    assert (report(one).owners, report(one).violations) == (1, ())


LISTED = tuple(
    vulnerability(id=f"CVE-{number}", severity=Severity.LOW if number < 900 else Severity.CRITICAL)
    for number in range(1000)
)


def listing(evidence: Evidence) -> list[str]:
    """Return the ids of the vulnerabilities that a report keeps."""
    [violation] = report(judged(finding(BAD, evidence))).violations
    kept = violation.finding.evidence
    if isinstance(kept, Indexed):
        kept = kept.children[0].evidence
    assert isinstance(kept, Scanned)
    assert isinstance(kept.listing, Listed)
    return [one.id for one in kept.listing.vulnerabilities]


def test_vulnerabilities() -> None:
    """The worst are kept, of an image and of those of an index; all of them would fill the memory."""
    over = replace(scanned(counts=Counts(critical=100)), listing=Listed(LISTED))
    worst = [f"CVE-{900 + number}" for number in range(MAX_LISTED)]
    assert listing(over) == worst
    assert listing(index(over)) == worst


def test_not_asked() -> None:
    """An image that a rule warns of unseen has no evidence, and is a violation all the same."""
    [violation] = report(judged(finding(f"cr.yandex/crp0/x@{digest_of('x')}", scanned(), TOLD))).violations
    assert violation.finding.rule == TOLD
