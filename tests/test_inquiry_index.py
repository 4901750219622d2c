"""Images that have no scan: indexes, whose images have one, and those that nobody has scanned yet."""

from typing import Any

import pytest

from tests.builders import DIGEST, IMAGE_ID, PINNED, REPOSITORY, SCAN_ID, digest_of, image, registry_image, scan
from tests.fakes import DEADLINE, FakeRegistry
from tests.situations import STRICT
from webhook.core.evidence import Evidence, Indexed, Scanned, Unusable
from webhook.core.lookup import Hint, Source
from webhook.core.policy import Rule, Ruling
from webhook.core.reasons import Reason
from webhook.core.registry import Children
from webhook.core.table import Table
from webhook.errors import LookupFailed, NotFound, Unavailable
from webhook.inquiry import Inquiry, Scope

AMD, ARM, WINDOWS = digest_of("amd64"), digest_of("arm64"), digest_of("windows")
CHILDREN: Children = (("linux/amd64", AMD), ("linux/arm64", ARM), ("windows/amd64", WINDOWS))
PLATFORMS = frozenset({"linux/amd64", "linux/arm64"})


def listing(**more: Any) -> FakeRegistry:
    """Return a registry with an index and the images of two of its platforms, both scanned."""
    usual: dict[str, Any] = {
        "listed": {
            (REPOSITORY, DIGEST): registry_image(),
            (REPOSITORY, AMD): registry_image(id="crpamd", digest=AMD),
            (REPOSITORY, ARM): registry_image(id="crparm", digest=ARM),
        },
        "newest": {
            "crpamd": scan(id="cheamd", image_id="crpamd"),
            "crparm": scan(id="chearm", image_id="crparm"),
        },
        "indexes": {DIGEST: CHILDREN},
    }
    return FakeRegistry(**usual | more)


def ask(
    registry: FakeRegistry, rule: Rule = STRICT, *, annotation: str | None = None, table: dict[Any, Hint] | None = None
) -> Evidence:
    """Collect what is known about the usual image on two platforms."""
    scope = Scope(sources=tuple(Source), platforms=PLATFORMS)
    inquiry = Inquiry(registry=registry, table=Table(table or {}), scope=scope, deadline=DEADLINE)
    return inquiry.evidence(image(PINNED, annotation), Ruling(rule))


def gap(evidence: Evidence) -> Reason:
    """Return why there is no usable scan."""
    assert isinstance(evidence, Unusable), evidence
    return evidence.gap


def children(evidence: Evidence) -> list[tuple[str, Reason | None]]:
    """Return for each platform of an index why it has no usable scan, or None where it has one."""
    assert isinstance(evidence, Indexed), evidence
    found = ((child.platform, child.evidence) for child in evidence.children)
    return [(platform, None if isinstance(one, Scanned) else one.gap) for platform, one in found]


@pytest.mark.parametrize(
    "newest",
    [
        {},
        {IMAGE_ID: NotFound("none")},
        {IMAGE_ID: scan(status="ERROR")},
    ],
)
def test_index_is_judged_by_its_images(newest: dict[str, Any]) -> None:
    """Without a scan of its own, or with one that failed, an index is looked into; other platforms are left out."""
    registry = listing()

    found = ask(listing(newest={**registry.newest, **newest}))

    assert children(found) == [("linux/amd64", None), ("linux/arm64", None)]
    assert isinstance(found, Indexed)
    assert [child.digest for child in found.children] == [AMD, ARM]


def test_image_of_an_index_that_has_no_scan_is_missing() -> None:
    """One platform without a scan shows as such beside the others."""
    found = ask(listing(newest={"crpamd": scan(id="cheamd", image_id="crpamd")}))

    assert children(found) == [("linux/amd64", None), ("linux/arm64", Reason.MISSING)]


def test_image_of_an_index_may_stand_in_the_table() -> None:
    """The table is asked for each platform's digest."""
    table = {AMD: Hint(Source.TABLE, SCAN_ID)}
    registry = listing(
        scans={SCAN_ID: scan(image_id="crpamd")}, images={"crpamd": registry_image(id="crpamd", digest=AMD)}, newest={}
    )

    assert children(ask(registry, table=table)) == [("linux/amd64", None), ("linux/arm64", Reason.MISSING)]


def test_annotation_of_an_index_is_not_that_of_its_images() -> None:
    """An annotation names one scan; for the index it is gone, and for no platform is it asked for again."""
    registry = listing()

    assert children(ask(registry, annotation="chegone")) == [("linux/amd64", None), ("linux/arm64", None)]
    assert registry.calls.count(("scan", "chegone")) == 1


def test_index_in_an_index_is_not_followed() -> None:
    """What no tool writes is no way to make the gate ask without end."""
    registry = listing(newest={}, indexes={DIGEST: CHILDREN, AMD: CHILDREN, ARM: CHILDREN})

    assert children(ask(registry)) == [("linux/amd64", Reason.MISSING), ("linux/arm64", Reason.MISSING)]
    assert [call for call in registry.calls if call[0] == "children"] == [("children", DIGEST)]


@pytest.mark.parametrize("index", [(), (("windows/amd64", WINDOWS),)])
def test_index_without_a_platform_of_the_cluster_has_no_scan(index: Children) -> None:
    """Nothing of it could run here; it is not admitted for that."""
    assert gap(ask(listing(newest={}, indexes={DIGEST: index}))) is Reason.MISSING


@pytest.mark.parametrize(("stand_in", "scanned"), [("linux/386", "linux/arm64"), ("linux/arm/v7", "linux/amd64")])
def test_what_a_node_runs_in_place_of_its_own_platform_is_judged(stand_in: str, scanned: str) -> None:
    """A node takes an image of an older platform where its own is not there: the others do not vouch for that one."""
    index = ((stand_in, digest_of("unscanned")), (scanned, dict(CHILDREN)[scanned]))

    found = ask(listing(newest={**listing().newest}, indexes={DIGEST: index}))

    assert not isinstance(found, Indexed) or any(isinstance(child.evidence, Unusable) for child in found.children)


def test_failed_scan_of_what_is_no_index_stays_failed() -> None:
    """The registry is asked whether it is an index; it is not."""
    registry = listing(newest={IMAGE_ID: scan(status="ERROR")}, indexes={})

    assert gap(ask(registry)) is Reason.FAILED
    assert ("children", DIGEST) in registry.calls


@pytest.mark.parametrize("status", ["READY", "RUNNING", "QUEUED"])
def test_scan_that_did_not_fail_is_taken_for_what_it_is(status: str) -> None:
    """Only a failed or absent scan makes the gate look for an index."""
    registry = listing(newest={IMAGE_ID: scan(status=status)})

    ask(registry)

    assert ("children", DIGEST) not in registry.calls


@pytest.mark.parametrize(
    ("failure", "reason"), [(Unavailable("x"), Reason.UNAVAILABLE), (NotFound("x"), Reason.MISSING)]
)
def test_index_that_cannot_be_read_is_no_evidence(failure: LookupFailed, reason: Reason) -> None:
    """If the registry does not give the index, nothing is known of its images."""
    assert gap(ask(listing(newest={}, indexes={DIGEST: failure}))) is reason


SCAN_IT = Rule(name="r", scan_on_missing=True)


def test_scan_is_asked_for_where_the_rule_says_so() -> None:
    """The pod is refused for now, and passes once the scan is there."""
    registry = listing(newest={}, indexes={})

    assert gap(ask(registry, SCAN_IT)) is Reason.UNFINISHED
    assert registry.calls[-1] == ("start", IMAGE_ID)


def test_scan_costs_money_and_is_not_asked_for_otherwise() -> None:
    """Without the switch a missing scan is only missing."""
    registry = listing(newest={}, indexes={})

    found = ask(registry)

    assert gap(found) is Reason.MISSING
    assert isinstance(found, Unusable)
    assert (found.source, found.detail) == (Source.REGISTRY, "it has no scan result")
    assert "start" not in {call[0] for call in registry.calls}


def test_scan_that_cannot_be_asked_for_is_told() -> None:
    """The registry's answer to the request is the reason."""
    assert gap(ask(listing(newest={}, indexes={}, starting=Unavailable("x")), SCAN_IT)) is Reason.UNAVAILABLE


def test_image_that_the_registry_does_not_have_is_missing() -> None:
    """An unknown digest is no evidence, and nothing is scanned for it."""
    registry = listing(listed={})

    found = ask(registry, SCAN_IT)

    assert gap(found) is Reason.MISSING
    assert isinstance(found, Unusable)
    assert (found.source, found.detail) == (Source.REGISTRY, f"there is no {REPOSITORY}")
    assert [call[0] for call in registry.calls] == ["find"]
