"""Whoever writes a pod or a table may name any scan; only one of the very image counts."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.builders import annotated_pod, digest_of
from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.service.registry import App, Registry, asked, new_app, registry, uid_of

HONEST, DIRTY, WRONG_SCAN, WRONG_IMAGE = (new_app() for _ in range(4))
"""Two images with an honest table entry, and two of which the table says something wrong."""

TABLE: dict[str, Any] = {
    HONEST.digest: HONEST.scan_id,
    DIRTY.digest: {"scanResultId": DIRTY.scan_id, "imageId": f"crpimage{DIRTY.number}"},
    WRONG_SCAN.digest: HONEST.scan_id,
    WRONG_IMAGE.digest: {"scanResultId": WRONG_IMAGE.scan_id, "imageId": f"crpimage{HONEST.number}"},
}

BAD_IDS = ["../images/x", "..", "a" * 51, "", "A", "a/b", "a%2fb", "a?b", "a#b", "a:listVulnerabilities", "a\nb", "а"]  # noqa: RUF001
"""None of them may ever stand in a URL; the last one is a Cyrillic letter."""


@pytest.fixture(scope="module")
def world() -> Iterator[Registry]:
    """A registry with the images of the table."""
    sections = [app.section() for app in (HONEST, WRONG_SCAN, WRONG_IMAGE)]
    with registry(*sections, DIRTY.section(critical=4)) as served:
        yield served


@pytest.fixture(scope="module")
def server(world: Registry, authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """A gate with that table."""
    setup = Setup(registry=world.url, table=TABLE)
    with gate(tmp_path_factory.mktemp("gate"), authority, setup) as running:
        yield running


def reason(server: Gate, document: dict[str, object]) -> str:
    """Return the reason for the verdict on a review; the answer and the record must agree."""
    response = server.judge(document)
    record = server.record(uid_of(document))
    assert record["allowed"] is response["allowed"]
    assert record["reason"] in response["auditAnnotations"]["reason"].split(",")
    assert response["allowed"] is (record["reason"] == "within-limits")
    return str(record["reason"])


def test_annotation_of_the_image_itself(server: Gate, world: Registry) -> None:
    """A pod whose annotation names the clean scan of its own image is admitted."""
    assert reason(server, world.app().review()) == "within-limits"


def test_annotation_of_another_image(server: Gate, world: Registry) -> None:
    """A pod that names the clean scan of another image is refused, however bad or good its own is."""
    assert reason(server, world.app(critical=9).review(HONEST.scan_id)) == "mismatched"
    assert reason(server, world.app().review(HONEST.scan_id)) == "mismatched"


def test_annotation_is_no_way_around_what_is_remembered(server: Gate, world: Registry) -> None:
    """What was found out about one image never answers for another, whatever was asked before."""
    clean, bad = world.app(), world.app(high=1)
    assert reason(server, clean.review()) == "within-limits"
    assert reason(server, bad.review(clean.scan_id)) == "mismatched"
    assert reason(server, bad.review()) == "over-limits"
    assert reason(server, clean.review()) == "within-limits"


@pytest.mark.parametrize(
    ("app", "expected"),
    [(HONEST, "within-limits"), (DIRTY, "over-limits"), (WRONG_SCAN, "mismatched"), (WRONG_IMAGE, "mismatched")],
)
def test_table_entry(server: Gate, app: App, expected: str) -> None:
    """The table is believed no more than an annotation: a wrong entry is refused as such."""
    assert reason(server, app.bare_review()) == expected


@pytest.mark.parametrize("scan_id", BAD_IDS)
def test_id_that_is_none_never_reaches_the_network(server: Gate, world: Registry, scan_id: str) -> None:
    """A scan id outside the alphabet is refused without a single call, though the image has a clean scan."""
    before = world.emulator.calls.count()
    assert reason(server, world.app().review(scan_id)) == "invalid-scan-id"
    assert world.emulator.calls.count() == before


def test_scan_that_is_gone_is_looked_up(server: Gate, world: Registry) -> None:
    """A scan that the registry no longer keeps sends the search on to the newest one of the image itself."""
    document = world.app(critical=1).review("chelonggone")
    assert reason(server, document) == "over-limits"
    assert [image["source"] for image in server.record(uid_of(document))["images"]] == ["registry"]


def test_image_that_nobody_scanned(server: Gate) -> None:
    """An image that the registry does not know is refused, named scan or not."""
    stranger = f"cr.yandex/crpk28lsfu91rns28316/shop/stranger@{digest_of('stranger')}"
    assert reason(server, asked(annotated_pod(stranger, "chelonggone"))) == "missing"
    assert reason(server, asked(annotated_pod(stranger, HONEST.scan_id))) == "mismatched"
