"""The whole way from a review to its answer and its record, before registries that lie, and held to invariants.

An image passes only if a clean scan is, by what the registry says, of its very digest. Nothing that a pod or a table
says can change that.
"""

import json
from dataclasses import replace
from typing import Any

from fuzz.choices import Choices
from tests.builders import DIGEST, NOW, body, parsed, pod, registry_image, review, scan
from tests.fakes import DEADLINE, FakeRegistry, gate_of, policy_of
from tests.test_gate_worlds import (
    DIGESTS,
    FAILURES,
    FOUND,
    IMAGE_IDS,
    RECENT,
    REPOSITORY,
    SCAN_IDS,
    World,
    honest,
    may_run,
)
from webhook.core.evidence import Counts
from webhook.core.images import Digest
from webhook.core.lookup import ANNOTATION_PREFIX, Hint, Source
from webhook.core.policy import Policy, Rule
from webhook.core.reasons import Exempt
from webhook.core.recorded import parse_record
from webhook.core.records import render_line, render_record
from webhook.core.response import render_review
from webhook.core.review import Review
from webhook.core.verdict import Verdict
from webhook.jobs.replay.rejudging import Rejudging

COUNTS = (Counts(), FOUND, None, Counts(undefined=1), Counts(low=2**63 - 1), Counts(high=1, critical=1))
STATES = ("READY", "RUNNING", "ERROR", "QUEUED", "", "ready")
TIMES = (RECENT, None, RECENT.replace(year=2025), RECENT.replace(year=2027))
RULES = tuple(Rule(name="default", require_latest=latest) for latest in (False, True))
POLICIES = tuple(map(policy_of, RULES))
REJUDGING = tuple(map(Rejudging, POLICIES))
HONEST = honest()
TEXTS = (
    *(f"cr.yandex/{REPOSITORY}@{digest}" for digest in DIGESTS),
    *(f"CR.Yandex:443/{REPOSITORY}:v1@{digest}" for digest in DIGESTS[:2]),
    *(f"cr.yandex/{REPOSITORY}:v1", f"quay.io/{REPOSITORY}@{DIGESTS[0]}", f"cr.yandex/{REPOSITORY}", "nginx", ""),
)


def check(data: bytes) -> None:
    """Read *data* as a world and a pod in it, and judge the pod."""
    choices = Choices(data)
    world, policy = spoiled_world(choices), choices.pick(POLICIES)
    asked = parsed(review(pod_of(choices), namespace=choices.pick(("shop", "", "kube-system"))))
    if not isinstance(asked.task, Exempt):
        check_verdict(asked, verdict_of(asked, world, policy), world, policy)


def spoiled_world(choices: Choices) -> World:
    """Return an honest world in which some answers are swapped, forged, broken or taken away."""
    world = HONEST
    for _ in range(choices.number(7)):
        place = choices.pick(("scans", "newest", "images", "listed", "indexes", "table"))
        key, value = edit_of(place, choices)
        edited: dict[str, Any] = {place: {**getattr(world, place), key: value}}
        if choices.number(6) == 1:
            del edited[place][key]
        world = replace(world, **edited)
    sources = tuple(dict.fromkeys(choices.pick(tuple(Source)) for _ in range(1 + choices.number(3))))
    return replace(world, sources=sources)


def edit_of(place: str, choices: Choices) -> tuple[Any, Any]:
    """Return a key of *place*, and another answer for it."""
    keys: dict[str, Any] = {"scans": SCAN_IDS, "newest": IMAGE_IDS, "images": IMAGE_IDS}
    key = choices.pick(keys.get(place, DIGESTS))
    if place == "table":
        return key, Hint(Source.TABLE, choices.pick(SCAN_IDS), choices.pick((*IMAGE_IDS, None)))
    if choices.number(5) == 1:
        answer: Any = choices.pick(FAILURES)
    elif place in ("scans", "newest"):
        answer = scan_of(choices)
    elif place == "indexes":
        answer = tuple((choices.pick(("linux/amd64", "linux/s390x")), choices.pick(DIGESTS)) for _ in range(2))
    else:
        answer = registry_image(id=choices.pick(IMAGE_IDS), digest=choices.pick((*DIGESTS, "", DIGEST.upper())))
    return (REPOSITORY, key) if place == "listed" else key, answer


def scan_of(choices: Choices) -> Any:
    """Return a scan that may be of anything."""
    return scan(
        id=choices.pick(SCAN_IDS),
        image_id=choices.pick((*IMAGE_IDS, None)),
        status=choices.pick(STATES),
        scanned_at=choices.pick(TIMES),
        counts=choices.pick(COUNTS),
    )


def pod_of(choices: Choices) -> dict[str, Any]:
    """Return a pod of a few images, whose author may name any scan for them."""
    texts = [choices.pick(TEXTS) for _ in range(1 + choices.number(3))]
    names = ["app", "app-1", "app-2", "init"]
    annotations = {f"{ANNOTATION_PREFIX}{name}": named(choices) for name in choices.some(names, 3)}
    init = [{"name": "init", "image": text} for text in choices.some(TEXTS, 1)]
    return pod(*texts, annotations=annotations, initContainers=init)


def named(choices: Choices) -> str:
    """Return what an author writes for an id."""
    return (
        choices.pick((*SCAN_IDS, *IMAGE_IDS))
        if choices.number(4)
        else choices.text().encode("utf-8", "replace").decode()
    )


def verdict_of(asked: Review, world: World, policy: Policy) -> Verdict:
    """Judge the pod in *asked*."""
    registry = FakeRegistry(
        scans=world.scans,
        newest=world.newest,
        images=world.images,
        listed=world.listed,
        indexes=world.indexes,
        tags={"v1": DIGESTS[1]},
    )
    assert not isinstance(asked.task, Exempt)
    judge = gate_of(policy, registry, table=world.table, sources=world.sources)
    return judge.decide(asked.task.workload, asked.task.images, DEADLINE)


def check_verdict(asked: Review, verdict: Verdict, world: World, policy: Policy) -> None:
    """What is admitted is vouched for, image by image; answer and record say the same as the verdict."""
    for finding in verdict.findings:
        reference = finding.image.known_reference
        digest = None if reference is None else reference.digest
        assert not finding.allowed or vouched(digest, world), f"{finding.image.text} passes, and nothing vouches for it"
    assert verdict.allowed == all(finding.allowed for finding in verdict.findings)
    answer = json.loads(body(render_review(asked, verdict)))["response"]
    assert (answer["allowed"], answer["uid"]) == (verdict.allowed, asked.request.uid), "another answer"
    assert "patch" not in answer
    line = render_line(render_record(asked, verdict, at=NOW, seconds=0.0))
    assert line.isascii() and line.count(b"\n") == 1, "not one line"
    recorded = parse_record(line)
    again = REJUDGING[POLICIES.index(policy)].verdict(recorded)
    assert recorded.record.allowed == verdict.allowed, "another record"
    assert (again.worst.allowed, again.worst.action) == (verdict.allowed, verdict.action), (
        "another judgement in a replay"
    )


def vouched(digest: Digest | None, world: World) -> bool:
    """Tell whether a clean scan is of *digest*, or of each of its images for this platform."""
    return digest is not None and may_run(replace(world, digest=digest))
