"""The decision where the registry fails, and where the policy has something to say about that."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, permutations

import pytest

from tests.builders import DIGEST, IMAGE_ID, PINNED, REPOSITORY, SCAN_ID, image, registry_image, scan
from tests.fakes import DEADLINE, WORKLOAD, FakeRegistry, gate
from tests.situations import SITUATIONS
from webhook.core.lookup import Hint, Source
from webhook.core.policy import Action, Mode, OnUnpinned, Rule
from webhook.core.reasons import Reason
from webhook.errors import LookupFailed, NotFound, Unauthorized, Unavailable, Unreadable

EVERY_ORDER = list(chain.from_iterable(permutations(Source, size) for size in (1, 2, 3)))
FAILURES: list[tuple[LookupFailed, Reason]] = [
    (NotFound("none"), Reason.GONE),
    (Unauthorized("no"), Reason.UNAUTHORIZED),
    (Unavailable("hung"), Reason.UNAVAILABLE),
    (Unreadable("<html>"), Reason.UNREADABLE),
    (LookupFailed("a kind that nobody knows"), Reason.UNREADABLE),
]


@pytest.mark.parametrize(("failure", "reason"), FAILURES)
@pytest.mark.parametrize("sources", EVERY_ORDER, ids="-".join)
def test_no_failure_of_the_registry_admits(sources: tuple[Source, ...], failure: LookupFailed, reason: Reason) -> None:
    """Whichever call fails, however it fails and in whatever order the sources are asked: it is a refusal."""
    for registry in failing(failure):
        subject = gate(registry, sources=sources, table={DIGEST: Hint(Source.TABLE, SCAN_ID, IMAGE_ID)})

        verdict = subject.decide(WORKLOAD, [image(PINNED, SCAN_ID)], DEADLINE)

        assert not verdict.allowed
        # The registry's own search ends with an image that has no scan, where the others miss one that was named.
        expected = {reason, Reason.MISSING} if reason is Reason.GONE else {reason}
        assert {finding.reason for finding in verdict.findings} <= expected


def failing(failure: LookupFailed) -> Iterator[FakeRegistry]:
    """Give registries that know the usual image and its clean scan; in each, both steps of one kind fail."""
    results, known = {SCAN_ID: scan()}, registry_image()
    listed = {(REPOSITORY, DIGEST): known}
    yield FakeRegistry(scans={SCAN_ID: failure}, newest={IMAGE_ID: failure}, listed=listed)
    yield FakeRegistry(scans=results, images={IMAGE_ID: failure}, listed={(REPOSITORY, DIGEST): failure})


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize(
    ("reason", "switch"),
    [
        (Reason.MISSING, "on_missing"),
        (Reason.GONE, "on_missing"),
        (Reason.UNFINISHED, "on_unfinished"),
        (Reason.FAILED, "on_failed"),
        (Reason.UNAVAILABLE, "on_unavailable"),
        (Reason.UNPINNED, "on_unpinned"),
    ],
)
def test_switches_and_modes(reason: Reason, switch: str, action: Action, mode: Mode) -> None:
    """A switch chooses the action for its reason; only a refusal that is enforced keeps the pod out."""
    value = OnUnpinned(action) if switch == "on_unpinned" else action
    rule = Rule(name="default", mode=mode, **{switch: value})  # type: ignore[arg-type]

    verdict = replace(SITUATIONS[reason], rule=rule).verdict()

    assert (verdict.action, verdict.mode) == (action, mode)
    assert [finding.reason for finding in verdict.findings] == [reason]
    assert verdict.allowed == (action is not Action.DENY or mode is not Mode.ENFORCE)
