"""Records, read back: whatever was known, it is judged as it was."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.builders import NOW, image
from tests.core.test_judging_properties import INDEXES, RULES, SCANS, TEXTS, UNUSABLE
from tests.records import line_with
from webhook.core.evidence import (
    Evidence,
    Indexed,
    Listed,
    NotAsked,
    Scan,
    Severity,
    Single,
    Unlisted,
    Unusable,
    Vulnerability,
)
from webhook.core.exemptions import Exceptions, Exemption, Grounds, IgnoredVulnerability
from webhook.core.judging import judge
from webhook.core.patterns import parse_name_pattern
from webhook.core.pods import Malformed
from webhook.core.policy import Ruling
from webhook.core.reasons import Reason
from webhook.core.recorded import parse_record

OF_THE_POD = (Reason.INVALID_REFERENCE, Reason.UNEXPECTED_IMAGE_FIELD, Reason.TOO_MANY_IMAGES)

FINDINGS = st.builds(
    Vulnerability,
    id=st.sampled_from(["CVE-2026-1", "CVE-2026-2"]),
    severity=st.sampled_from(Severity),
    package=st.sampled_from(["zlib", "bash"]),
    fixed_by=st.none() | st.just("1.3"),
)
LISTINGS = st.none() | st.just(Unlisted("x")) | st.lists(FINDINGS, max_size=4).map(lambda all_: Listed(tuple(all_)))
EARLIER = st.none() | st.lists(SCANS.map(lambda one: one.scan), max_size=3).map(tuple)
GROUNDS = Grounds(reason="r", owner="o", ends=NOW + timedelta(days=30))
EXCEPTIONS = st.builds(
    Exceptions,
    exemptions=st.sampled_from([(), (Exemption(grounds=GROUNDS, namespaces=(parse_name_pattern("*"),)),)]),
    ignored=st.sampled_from([(), (IgnoredVulnerability(grounds=GROUNDS, id="CVE-2026-1"),)]),
)
RULINGS = st.builds(
    lambda rule, fixable, grace, exceptions: Ruling(
        replace(rule, only_fixable=fixable, new_findings_grace=grace), exceptions
    ),
    RULES,
    st.booleans(),
    st.sampled_from([timedelta(0), timedelta(days=9)]),
    EXCEPTIONS,
)
WHOLE = st.one_of(
    UNUSABLE,
    st.builds(lambda one, listing, earlier: replace(one, listing=listing, earlier=earlier), SCANS, LISTINGS, EARLIER),
    INDEXES,
)


def as_recorded(evidence: Evidence) -> Evidence:
    """Cut the times in evidence to milliseconds, as records do."""
    if isinstance(evidence, Indexed):
        children = tuple(replace(child, evidence=single_as_recorded(child.evidence)) for child in evidence.children)
        return replace(evidence, children=children)
    return evidence if isinstance(evidence, NotAsked) else single_as_recorded(evidence)


def single_as_recorded(single: Single) -> Single:
    """Cut the times of one manifest's scans."""
    if isinstance(single, Unusable):
        return single
    earlier = None if single.earlier is None else tuple(map(rounded, single.earlier))
    scan = rounded(single.scan)
    assert scan.scanned_at is not None
    return replace(single, scan=scan, scanned_at=scan.scanned_at, earlier=earlier)


def rounded(scan: Scan) -> Scan:
    """Cut the time of a scan to milliseconds."""
    at = scan.scanned_at
    return replace(scan, scanned_at=at and at.replace(microsecond=at.microsecond // 1000 * 1000))


@settings(max_examples=500)
@given(WHOLE.map(as_recorded), RULINGS, TEXTS)
def test_what_is_written_and_read_is_judged_alike(evidence: Evidence, ruling: Ruling, text: str) -> None:
    """judge(evidence) == judge(parse(render(evidence))), whatever the evidence, the policy and the image."""
    known = image(text).reference
    if isinstance(known, Malformed):
        evidence = Unusable(gap=known.gap, detail=known.detail)
    elif isinstance(evidence, Unusable) and evidence.gap in OF_THE_POD:
        return  # no gate finds that of an image that can be read
    before = judge(image(text), evidence, ruling, now=NOW)
    [one] = parse_record(line_with(evidence, ruling, text=text)).images
    assert one.evidence is not None
    after = judge(one.image, one.evidence, ruling, now=NOW)
    assert structs.replace(after, image=before.image, evidence=before.evidence) == before
