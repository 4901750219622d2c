"""Whose scan is it? Forged and mistaken names, through the running gate."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.builders import annotated_pod, digest_of, pod
from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.processes import Document
from tests.service.reasons import reasons
from tests.service.registry import REGISTRY_ID, App, Registry, asked, new_app

MISTAKEN, MISTAKEN_IMAGE_ID = digest_of("a mistake"), digest_of("another mistake")

CLEAN, BAD = new_app(), new_app()


def named(digest: str, scan_id: str | None = None) -> Document:
    """Return the review of a pod with the image of that digest, whose annotation names a scan if any."""
    image = f"cr.yandex/{REGISTRY_ID}/shop/copied@{digest}"
    return asked(pod(image) if scan_id is None else annotated_pod(image, scan_id))


@pytest.fixture(scope="module")
def server(world: Registry, authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """A gate with a table in which some entries are wrong."""
    world.add(CLEAN.section(medium=2), BAD.section(critical=3, high=9))
    table: dict[str, Any] = {
        CLEAN.digest: CLEAN.scan_id,
        BAD.digest: BAD.scan_id,
        MISTAKEN: CLEAN.scan_id,
        MISTAKEN_IMAGE_ID: {"scanResultId": CLEAN.scan_id, "imageId": "crpanother"},
    }
    with gate(tmp_path_factory.mktemp("gate"), authority, Setup(registry=world.url, table=table)) as running:
        yield running


def test_an_annotation_may_not_borrow_a_clean_scan(server: Gate) -> None:
    """The scan of another image is refused as mismatched, although the table knows the right one."""
    response = server.judge(BAD.review(scan_id=CLEAN.scan_id))
    assert reasons(response) == {"mismatched"}
    assert "mismatched" in response["status"]["message"]


@pytest.mark.parametrize("digest", [MISTAKEN, MISTAKEN_IMAGE_ID])
def test_a_table_entry_may_not_either(server: Gate, digest: str) -> None:
    """A mistake of the cluster's owners is refused just the same."""
    assert reasons(server.judge(named(digest))) == {"mismatched"}


@pytest.mark.parametrize("review", [CLEAN.review(), CLEAN.bare_review(), named(CLEAN.digest)])
def test_the_right_scan_is_taken(server: Gate, review: Document) -> None:
    """A right annotation and a right table entry are taken; and content is what its digest says, wherever it is."""
    assert server.judge(review)["allowed"] is True


def test_a_denial_says_everything(server: Gate) -> None:
    """Container, image, scan, counts and limits, rule, and what to do."""
    response = server.judge(BAD.bare_review())
    assert reasons(response) == {"over-limits"}
    for said in ("container app", BAD.reference, BAD.scan_id, "3 critical (limit 0)", "rule default", "Rebuild"):
        assert said in response["status"]["message"]


@pytest.mark.parametrize(
    "scan_id",
    ["../images/x", "a" * 51, "", ".", "che1?x=1", "che1#", "CHE1", "che 1", "che1\n", "%2e%2e", "che1/../x", "сhe1"],
)
def test_what_is_no_id_never_reaches_the_network(server: Gate, world: Registry, scan_id: str) -> None:
    """It is refused before anything is asked."""
    app: App = new_app()
    world.emulator.calls.clear()
    assert reasons(server.judge(app.review(scan_id=scan_id))) == {"invalid-scan-id"}
    assert world.emulator.calls.count() == 0
