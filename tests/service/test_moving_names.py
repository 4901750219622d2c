"""Names that are pointed elsewhere after the gate has admitted what they named: annotations, table entries, tags."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.builders import pod
from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.mounts import replace as replace_file
from tests.processes import Document, eventually
from tests.service.registry import REGISTRY_ID, App, Registry, asked, new_app, uid_of

REPOSITORY = f"{REGISTRY_ID}/shop/tagged"

BEFORE, AFTER, CLEAN, BAD = (new_app() for _ in range(4))
"""What tags name at first and later, and what the table is about."""


def tagged(tag: str) -> Document:
    """Return the review of a pod that names an image by tag alone."""
    return asked(pod(f"cr.yandex/{REPOSITORY}:{tag}"))


def rescanned(app: App) -> dict[str, Any]:
    """Return the section of an image that was clean when it was scanned first, and is not any more."""
    scans = [
        {"id": app.scan_id, "scannedAt": "2h ago"},
        {"id": f"{app.scan_id}new", "scannedAt": "1h ago", "vulnerabilities": {"critical": 1}},
    ]
    return app.section() | {"scans": scans}


def move_tags(world: Registry, tags: Mapping[App, tuple[str, ...]]) -> None:
    """Give images other tags; those of all others stay as they are."""
    moved = {app.image_id: names for app, names in tags.items()}
    before = world.emulator.world
    images = tuple(replace(image, tags=moved.get(image.id, image.tags)) for image in before.images)
    world.emulator.world = replace(before, images=images)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the gate's files."""
    return tmp_path_factory.mktemp("gate")


@pytest.fixture(scope="module")
def server(world: Registry, authority: Authority, folder: Path) -> Iterator[Gate]:
    """A gate that resolves tags, and has a table."""
    in_repository = {"name": REPOSITORY}
    world.add(
        BEFORE.section() | in_repository | {"tags": ["v1", "v2"]},
        AFTER.section() | in_repository,
        BAD.section(critical=1) | in_repository,
        rescanned(CLEAN),
    )
    table: dict[str, Any] = {CLEAN.digest: CLEAN.scan_id}
    setup = Setup(registry=world.url, rule={"onUnpinned": "resolve"}, table=table)
    with gate(folder, authority, setup) as running:
        yield running


def reason(response: Document) -> str:
    """Return the reason of a verdict."""
    return str(response["auditAnnotations"]["reason"])


def test_annotation_that_is_pointed_elsewhere(server: Gate, world: Registry) -> None:
    """An image that was admitted by one scan is refused by another one that is named, be it of this image or not."""
    app = new_app()
    world.add(rescanned(app))
    assert server.judge(app.review())["allowed"] is True
    assert reason(server.judge(app.review(f"{app.scan_id}new"))) == "over-limits"
    assert reason(server.judge(app.review(BAD.scan_id))) == "mismatched"
    assert server.judge(app.review())["allowed"] is True


def test_table_and_tags_that_are_pointed_elsewhere(server: Gate, world: Registry, folder: Path) -> None:
    """What a table's entry or a tag named is forgotten with the entry, and a short while after the tag has moved."""
    for review in (CLEAN.bare_review(), tagged("v1"), tagged("v2")):
        assert server.judge(review)["allowed"] is True
    move_tags(world, {BEFORE: (), BAD: ("v1",), AFTER: ("v2",)})
    replace_file(folder / "table.yaml", yaml.safe_dump({str(CLEAN.digest): f"{CLEAN.scan_id}new"}))
    eventually(lambda: reason(server.judge(tagged("v1"))) == "over-limits")
    eventually(lambda: judged(server, tagged("v2"))["digest"] == AFTER.digest)
    eventually(lambda: reason(server.judge(CLEAN.bare_review())) == "over-limits")


def judged(server: Gate, review: Document) -> Document:
    """Return what is recorded of the one image of a review."""
    server.judge(review)
    [image] = server.record(uid_of(review))["images"]
    assert isinstance(image, dict)
    return image


def test_tag_is_admitted_with_a_warning(server: Gate, world: Registry) -> None:
    """A tag is judged by the digest that it names now; the person is warned, and the record has the digest."""
    app = new_app()
    world.add(app.section() | {"tags": ["v3"]})
    review = asked(pod(f"{app.reference.partition('@')[0]}:v3"))
    response = server.judge(review)
    assert (response["allowed"], reason(response)) == (True, "resolved-tag")
    assert any("its tag names a digest for now" in warning for warning in response["warnings"])
    [image] = server.record(uid_of(review))["images"]
    assert image["digest"] == app.digest
