"""The way from an image to its evidence: what is asked, in which order, and what each answer means."""

from typing import Any

import pytest

from tests.builders import (
    DIGEST,
    IMAGE_ID,
    PINNED,
    REPOSITORY,
    SCAN_ID,
    counts,
    digest_of,
    image,
    registry_image,
    scan,
)
from tests.fakes import DEADLINE, FakeRegistry
from tests.situations import STRICT, registry_with
from webhook.core.evidence import Evidence, Scanned, Unusable
from webhook.core.lookup import Hint, ImageId, ScanId, Source
from webhook.core.pods import Image
from webhook.core.policy import OnUnpinned, Rule, Ruling
from webhook.core.reasons import Reason
from webhook.core.table import Table
from webhook.errors import Unavailable
from webhook.inquiry import Inquiry, Scope

RESOLVE = Rule(name="r", on_unpinned=OnUnpinned.RESOLVE)
LATEST = Rule(name="r", require_latest=True)
TABLE_SCAN = ScanId("che0000000000table")


def ask(
    registry: FakeRegistry,
    asked: Image,
    rule: Rule = STRICT,
    *,
    sources: tuple[Source, ...] = tuple(Source),
    table: dict[Any, Hint] | None = None,
) -> Evidence:
    """Collect what is known about an image."""
    inquiry = Inquiry(registry=registry, table=Table(table or {}), scope=Scope(sources=sources), deadline=DEADLINE)
    return inquiry.evidence(asked, Ruling(rule))


def gap(evidence: Evidence) -> Reason:
    """Return why there is no usable scan."""
    assert isinstance(evidence, Unusable), evidence
    return evidence.gap


def usable(evidence: Evidence) -> tuple[ScanId, Source]:
    """Return which scan is the evidence, and where its id came from."""
    assert isinstance(evidence, Scanned), evidence
    return evidence.scan_id, evidence.source


def test_annotation_is_followed_to_its_scan_and_bound() -> None:
    """Two questions: the scan, and the image that it is of."""
    registry = registry_with(scan())

    assert usable(ask(registry, image(PINNED, SCAN_ID))) == (SCAN_ID, Source.ANNOTATION)
    assert registry.calls == [("scan", SCAN_ID), ("image", IMAGE_ID)]


def test_table_is_followed_where_there_is_no_annotation() -> None:
    """The same two questions, by the digest."""
    registry = registry_with(scan())

    assert usable(ask(registry, image(), table={DIGEST: Hint(Source.TABLE, SCAN_ID)})) == (SCAN_ID, Source.TABLE)
    assert registry.calls == [("scan", SCAN_ID), ("image", IMAGE_ID)]


def test_registry_is_searched_where_nobody_names_a_scan() -> None:
    """The image of the digest, and its newest scan."""
    registry = registry_with(scan())

    assert usable(ask(registry, image())) == (SCAN_ID, Source.REGISTRY)
    assert registry.calls == [("find", REPOSITORY, DIGEST), ("latest", IMAGE_ID)]


@pytest.mark.parametrize(
    ("sources", "source"),
    [
        ((Source.ANNOTATION, Source.TABLE, Source.REGISTRY), Source.ANNOTATION),
        ((Source.TABLE, Source.ANNOTATION), Source.TABLE),
        ((Source.REGISTRY, Source.TABLE), Source.REGISTRY),
        ((Source.TABLE,), Source.TABLE),
    ],
)
def test_first_source_that_knows_something_decides(sources: tuple[Source, ...], source: Source) -> None:
    """The others are not asked."""
    table = {DIGEST: Hint(Source.TABLE, SCAN_ID)}

    assert usable(ask(registry_with(scan()), image(PINNED, SCAN_ID), sources=sources, table=table))[1] is source


def test_scan_that_is_gone_sends_the_search_on() -> None:
    """Only the newest scans are kept: an annotation that names an older one is no reason to refuse."""
    registry = registry_with(scan())

    assert usable(ask(registry, image(PINNED, "chegone"))) == (SCAN_ID, Source.REGISTRY)
    assert registry.calls[0] == ("scan", "chegone")


def test_gone_is_told_if_nothing_else_is_found() -> None:
    """The first scan that is gone is named: that is what somebody has to renew."""
    found = ask(FakeRegistry(), image(f"quay.io/a@{DIGEST}", "chegone"), table={DIGEST: Hint(Source.TABLE, TABLE_SCAN)})

    assert gap(found) is Reason.GONE
    assert isinstance(found, Unusable)
    assert (found.scan_id, found.source) == ("chegone", Source.ANNOTATION)


@pytest.mark.parametrize(
    "answer",
    [
        scan(status="RUNNING"),
        scan(status="ERROR"),
        scan(status="QUEUED"),
        scan(image_id="crpother"),
        scan(image_id=None),
        scan(id="cheother"),
        Unavailable("down"),
    ],
)
def test_nothing_but_gone_sends_the_search_on(answer: Any) -> None:
    """A forged, unfinished or unreadable claim is not made good by what another source says."""
    known = registry_image(id="crpother", digest=digest_of("other"))
    registry = FakeRegistry(
        scans={SCAN_ID: answer, TABLE_SCAN: scan(id=TABLE_SCAN)},
        images={IMAGE_ID: registry_image(), "crpother": known},
        listed={(REPOSITORY, DIGEST): registry_image()},
        newest={IMAGE_ID: scan()},
    )

    found = ask(registry, image(PINNED, SCAN_ID), table={DIGEST: Hint(Source.TABLE, TABLE_SCAN)})

    assert gap(found) is not Reason.GONE
    assert {call[0] for call in registry.calls} <= {"scan", "image"}


def test_table_that_names_the_image_is_held_to_it() -> None:
    """A table entry with an image id is wrong where the scan is of another image."""
    table = {DIGEST: Hint(Source.TABLE, SCAN_ID, ImageId("crpother"))}

    assert gap(ask(registry_with(scan()), image(), table=table)) is Reason.MISMATCHED


def test_named_scan_is_replaced_by_the_newest_where_the_rule_wants_that() -> None:
    """An older, better scan cannot be chosen by hand."""
    registry = FakeRegistry(
        scans={"cheold": scan(id="cheold")},
        images={IMAGE_ID: registry_image()},
        newest={IMAGE_ID: scan(counts=counts(critical=1))},
    )

    assert usable(ask(registry, image(PINNED, "cheold"), LATEST)) == (SCAN_ID, Source.REGISTRY)
    assert usable(ask(registry, image(PINNED, "cheold"))) == ("cheold", Source.ANNOTATION)


def test_newest_scan_does_not_hide_a_forged_name() -> None:
    """A scan of another image stays mismatched, and nothing more is asked."""
    registry = registry_with(scan(), digest_of("other"))

    assert gap(ask(registry, image(PINNED, SCAN_ID), LATEST)) is Reason.MISMATCHED
    assert ("latest", IMAGE_ID) not in registry.calls


def test_failed_scan_that_is_named_gives_way_to_the_newest() -> None:
    """Where the newest decides it decides in both directions."""
    registry = FakeRegistry(
        scans={"cheold": scan(id="cheold", status="ERROR")},
        images={IMAGE_ID: registry_image()},
        newest={IMAGE_ID: scan()},
    )

    assert usable(ask(registry, image(PINNED, "cheold"), LATEST)) == (SCAN_ID, Source.REGISTRY)
