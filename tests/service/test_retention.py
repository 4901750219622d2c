"""The registry keeps the newest scans alone: ids that were written down a while ago lead nowhere."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.processes import Document
from tests.service.registry import App, Registry, new_app, uid_of
from webhook.emulator.faults import Fault, NotFoundAs400

SCANS = 5
"""Of each image, the first of which is named. The registry keeps three."""


@dataclass(frozen=True, slots=True)
class Rescanned:
    """An image that was scanned again and again since somebody wrote the id of its scan down."""

    app: App
    first: dict[str, int]
    """What the scan found that is named."""
    newest: dict[str, int]
    """What the newest one found."""

    @property
    def newest_id(self) -> str:
        """The id of the newest scan."""
        return f"{self.app.scan_id}new"

    @property
    def admitted(self) -> bool:
        """Whether the newest scan is within the limits."""
        return not self.newest

    def section(self) -> dict[str, Any]:
        """Return its section of a world file."""
        ids = [self.app.scan_id, *(f"{self.app.scan_id}x{number}" for number in range(SCANS - 2)), self.newest_id]
        found = [self.first] * (SCANS - 1) + [self.newest]
        scans = [
            {"id": scan_id, "scannedAt": f"{2 * (SCANS - age)}h ago", "vulnerabilities": counts}
            for age, (scan_id, counts) in enumerate(zip(ids, found, strict=True))
        ]
        return self.app.section() | {"scans": scans}

    def review(self, *, annotated: bool) -> Document:
        """Return the review of a pod with it; the table names the same scan as the annotation."""
        return self.app.review() if annotated else self.app.bare_review()


FOUND: list[tuple[dict[str, int], dict[str, int]]] = [({}, {}), ({"high": 2}, {}), ({}, {"critical": 4})]
QUIRKS: list[tuple[Fault, ...]] = [(), (NotFoundAs400(),)]

CASES = [
    (Rescanned(new_app(), first, newest), annotated, quirks)
    for (first, newest), annotated, quirks in itertools.product(FOUND, [False, True], QUIRKS)
]


@pytest.fixture(scope="module")
def server(world: Registry, authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """A gate with a table in which every id has expired."""
    world.add(*(image.section() for image, _, _ in CASES))
    table: dict[str, Any] = {image.app.digest: image.app.scan_id for image, _, _ in CASES}
    with gate(tmp_path_factory.mktemp("gate"), authority, Setup(registry=world.url, table=table)) as running:
        yield running


@pytest.mark.parametrize(("image", "annotated", "quirks"), CASES)
def test_newest_scan_stands_in_for_one_that_is_gone(
    server: Gate, world: Registry, image: Rescanned, annotated: bool, quirks: tuple[Fault, ...]
) -> None:
    """The newest scan of the digest decides, whatever an older one found, and the record names it and its source."""
    world.emulator.faults.replace(quirks)
    world.emulator.calls.clear()
    review = image.review(annotated=annotated)
    response = server.judge(review)
    assert world.emulator.calls.count(f"GET */scans/{image.app.scan_id}") == 1, "the id that is named was tried"
    assert response["allowed"] is image.admitted
    [judged] = server.record(uid_of(review))["images"]
    assert (judged["source"], judged["scanResultId"]) == ("registry", image.newest_id)
    if not image.admitted:
        assert image.newest_id in response["status"]["message"]
        assert f"{image.newest['critical']} critical (limit 0)" in response["status"]["message"]


def test_image_without_any_scan_left_is_refused(server: Gate, world: Registry) -> None:
    """Where the registry knows no newer scan the image is refused, and the message says that the named one is gone."""
    app = new_app()
    world.add(app.section() | {"scans": []})
    response = server.judge(app.review())
    assert [cause["reason"] for cause in response["status"]["details"]["causes"]] == ["gone"]
    assert app.scan_id in response["status"]["message"]
