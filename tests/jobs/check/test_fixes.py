"""What to mend first."""

from dataclasses import replace

from tests.builders import DIGEST, SCAN_ID, scanned
from tests.fakes import DEADLINE, FakeRegistry
from tests.jobs.check.samples import FINDINGS, WORST
from webhook.core.evidence import Child, Evidence, Indexed, Listed, NotAsked, Unusable
from webhook.core.reasons import Reason
from webhook.errors import Unavailable
from webhook.jobs.check.fixes import NO_FIXES, Fixes, fixes_of

KNOWN = FakeRegistry(found={SCAN_ID: FINDINGS})


def fixes(evidence: Evidence, registry: FakeRegistry = KNOWN) -> Fixes:
    """Return what can be mended."""
    return fixes_of(evidence, registry, DEADLINE)


def test_the_worst_come_first() -> None:
    """Only what has a fix counts, each once for a package, the worst severity first."""
    assert [one.id for one in fixes(scanned()).vulnerabilities] == ["CVE-2026-2", "CVE-2026-1"]


def test_a_list_that_is_known_is_not_asked_for_again() -> None:
    """What the gate has found out already is used."""
    registry = FakeRegistry()
    assert fixes(replace(scanned(), listing=Listed((WORST,))), registry).vulnerabilities == (WORST,)
    assert registry.calls == []


def test_no_scan() -> None:
    """Without a scan there is nothing to mend."""
    assert fixes(NotAsked()) == NO_FIXES
    assert fixes(Unusable(gap=Reason.MISSING, detail="")) == NO_FIXES


def test_list_that_cannot_be_had() -> None:
    """It is said that there may be more."""
    broken = FakeRegistry(found={SCAN_ID: Unavailable("the registry is down")})
    assert fixes(scanned(), broken) == Fixes(problem="the registry is down")


def test_index() -> None:
    """What its platforms have in common is named once."""
    children = tuple(Child(platform, DIGEST, scanned()) for platform in ("linux/amd64", "linux/arm64"))
    assert fixes(Indexed(digest=DIGEST, children=children)) == fixes(scanned())
