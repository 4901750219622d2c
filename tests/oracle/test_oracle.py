"""The oracle by itself: it shares nothing with the package, and says what the documents say."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.oracle.oracle import State, verdict
from tests.oracle.references import fits_image, read
from tests.oracle.times import duration, end_of
from tests.oracle.verdicts import Outcome, worst

ALLOWED = {"collections", "dataclasses", "datetime", "itertools", "re", "typing", "tests"}

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DIGEST = "sha256:" + "a" * 64
CLEAN = {"critical": 0, "high": 0, "medium": 0, "low": 0, "negligible": 0, "undefined": 0}


def scan(**changes: Any) -> dict[str, Any]:
    """Return a clean scan of an hour ago."""
    usual = {
        "id": "che1",
        "imageId": "crp1",
        "status": "READY",
        "startedAt": NOW - timedelta(hours=2),
        "scannedAt": NOW - timedelta(hours=1),
        "counts": CLEAN,
        "findings": [],
    }
    return usual | changes


def state(*scans: dict[str, Any], exemptions: Any = (), **rule: Any) -> State:
    """Return a registry of one image with these scans, and a policy of one rule."""
    image = {"id": "crp1", "name": "shop/api", "digest": DIGEST, "tags": ["1"], "scans": list(scans), "children": []}
    behaviour = {"keepScans": 3, "keepDays": 30, "lastScanCountsErrors": True, "childImages": True}
    policy = {"rules": [{"name": "all"} | rule], "exemptions": list(exemptions)}
    return State(world={"images": [image], "behaviour": behaviour}, policy=policy, now=NOW)


def asked(image: str, operation: str = "CREATE", **annotations: str) -> dict[str, Any]:
    """Return the review of a pod of one container."""
    said = {f"scan-result.scangate.dev/{name}": value for name, value in annotations.items()}
    pod = {"metadata": {"annotations": said}, "spec": {"containers": [{"name": "app", "image": image}]}}
    request = {"operation": operation, "kind": {"group": "", "kind": "Pod"}, "namespace": "shop", "object": pod}
    return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}


PINNED = f"cr.yandex/shop/api@{DIGEST}"
CRITICAL = CLEAN | {"critical": 1}
DAYS = timedelta(days=1)

CASES = [
    (state(scan()), PINNED, "within-limits"),
    (state(), PINNED, "missing"),
    (state(scan(counts=CRITICAL)), PINNED, "over-limits"),
    (state(scan(scannedAt=NOW - 31 * DAYS)), PINNED, "stale"),
    (state(scan(scannedAt=NOW + DAYS)), PINNED, "future"),
    (state(scan(status="ERROR")), PINNED, "failed"),
    (state(scan(counts=None), absentCounts="deny"), PINNED, "uncounted"),
    (state(scan()), "cr.yandex/shop/api:1", "unpinned"),
    (state(scan(), onUnpinned="resolve"), "cr.yandex/shop/api:1", "resolved-tag"),
    (state(scan()), f"quay.io/shop/api@{DIGEST}", "missing"),
    (state(scan()), "Not/An Image", "invalid-reference"),
    (state(scan(), action="deny"), PINNED, "denied-by-rule"),
    (state(exemptions=[{"namespaces": ["sh*"], "expires": "2026-11-24"}]), PINNED, "exempted"),
    (state(exemptions=[{"namespaces": ["sh*"], "expires": "2026-11-23"}]), PINNED, "missing"),
    (
        state(scan(counts=CRITICAL), scan(id="che0", scannedAt=NOW - DAYS), newFindingsGrace="24h"),
        PINNED,
        "new-findings",
    ),
]


@pytest.mark.parametrize(("state", "image", "reason"), CASES, ids=[reason for *_, reason in CASES])
def test_oracle_says_what_the_documents_say(state: State, image: str, reason: str) -> None:
    """What the documents say of each reason in a sentence is what comes of it."""
    [outcomes] = verdict(asked(image), state).images.values()

    assert {one.reason for one in outcomes} == {reason}


def test_annotation_is_only_a_claim() -> None:
    """A scan that is of another image is none, whatever else is known; one that is gone sends the search on."""
    outcomes = [
        verdict(asked(f"cr.yandex/shop/api@sha256:{'b' * 64}", app="che1"), state(scan())),
        verdict(asked(PINNED, app="chegone"), state(scan())),
    ]

    assert [next(iter(one.images.values())) for one in outcomes] == [
        {Outcome("deny", "mismatched")},
        {Outcome("allow", "within-limits")},
    ]


def test_mode_makes_a_denial_an_admission() -> None:
    """In mode audit everything is admitted, and the decision stays what it is."""
    said = verdict(asked(PINNED), state(mode="audit"))

    assert said.allowed == {True}
    assert set(said.images.values()) == {frozenset({Outcome("deny", "missing", "audit")})}


def test_deletion_is_no_matter_for_the_policy() -> None:
    """Nothing is kept from being deleted, and no image is looked at."""
    assert verdict(asked("Not/An Image", "DELETE"), state()).exempt == {"deletion"}


def test_no_review_is_no_verdict() -> None:
    """What is no review is never admitted."""
    assert verdict(asked(PINNED) | {"apiVersion": "v2"}, state(scan())).allowed == {False}


def test_faults_leave_it_open() -> None:
    """While the registry fails, both what it holds and what a rule says of that may come."""
    troubled = State(**{**_fields(state(scan())), "faults": frozenset({"unavailable"})})

    assert verdict(asked(PINNED), troubled).allowed == {True, False}


def _fields(state: State) -> dict[str, Any]:
    return {name: getattr(state, name) for name in state.__dataclass_fields__}


def test_index_is_as_bad_as_its_worst_image() -> None:
    """The worst decision counts, and of denials one that no exemption turns."""
    allow, warn = (frozenset({Outcome(decision, decision)}) for decision in ("allow", "warn"))
    over, forged = (frozenset({Outcome("deny", reason)}) for reason in ("over-limits", "mismatched"))

    assert worst([allow, warn]) == warn
    assert worst([over, forged, allow]) == forged


def test_small_things_are_read_as_people_write_them() -> None:
    """Durations, ends and patterns."""
    reference = read("nginx", {})

    assert duration("1h30m") == timedelta(minutes=90)
    assert end_of("2026-11-24") == datetime(2026, 11, 25, tzinfo=UTC)
    assert reference is not None
    assert fits_image("docker.io/library/*", reference)
    assert not fits_image("docker.io/*", reference)


def test_oracle_shares_nothing_with_the_package() -> None:
    """It imports a little of the standard library, and itself."""
    modules = sorted(Path(__file__).parent.glob("*.py"))
    trees = [ast.parse(module.read_text(encoding="utf-8")) for module in modules if module.name != Path(__file__).name]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)]

    assert {name.partition(".")[0] for name in names} <= ALLOWED
    assert all(name.startswith("tests.oracle.") or name == "tests.oracle" for name in names if name.startswith("tests"))
