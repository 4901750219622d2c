"""The oracle itself: from the state of everything to what may come of a review. Start reading here."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tests.oracle import references, reviews
from tests.oracle.judging import Bench, exempted
from tests.oracle.references import Reference
from tests.oracle.reviews import Named
from tests.oracle.rules import Setting, deciding, modes_of_unreadable, strictest
from tests.oracle.searching import SOURCES, Search
from tests.oracle.verdicts import Outcome, Outcomes, Verdict
from tests.oracle.world import Shelves

Document = Any

Place = tuple[str, bool]
"""The text of an image, and whether it stands where Kubernetes has images."""

MOST_IMAGES = 100
"""Distinct images of a pod that are judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything that a verdict follows from, but the review."""

    world: Document
    """What the registry holds: `images` and `behaviour`."""
    policy: Document
    """The ScanPolicy."""
    now: datetime
    table: Mapping[str, Document] = field(default_factory=dict)
    """The lookup table."""
    settings: Document = field(default_factory=dict)
    """The GateConfiguration, as far as it has a say in verdicts."""
    namespaces: Mapping[str, Mapping[str, str]] | None = None
    """Labels of namespaces; None where the gate cannot know them."""
    faults: frozenset[str] = frozenset()
    """Reasons to which faults may lead at this time, such as `unavailable`."""


def verdict(review: Document, state: State) -> Verdict:
    """Return what may come of *review*."""
    asked = reviews.read(review, state.settings.get("podTemplates") or ())
    if isinstance(asked, int):
        return Verdict(status=asked)
    if isinstance(asked, str):
        return Verdict(exempt=frozenset({asked}))
    labels = None if state.namespaces is None else state.namespaces.get(asked.namespace)
    sitting = _Sitting(state, Setting(asked, labels))
    images = {(image.text, image.expected): sitting.outcomes(image) for image in asked.images}
    return Verdict(images=sitting.at_most(images))


@dataclass(frozen=True, slots=True)
class _Sitting:
    """One review, judged."""

    state: State
    setting: Setting

    def outcomes(self, image: Named) -> Outcomes:
        """Return what may come of an image."""
        state, setting = self.state, self.setting
        reference = references.read(image.text, state.settings.get("registryAliases") or {})
        if reference is None or not image.expected:
            reason = "invalid-reference" if image.expected else "unexpected-image-field"
            return self._unreadable(reason)
        found = frozenset(one for said in image.annotations for one in self._judged(reference, said))
        return exempted(found, state.policy, setting, (reference, state.now))

    def at_most(self, images: dict[Place, Outcomes]) -> dict[Place, Outcomes]:
        """Return the outcomes of the first images, and one for all the rest of too many."""
        usual = [place for place in images if place[1]]
        if len(usual) <= MOST_IMAGES:
            return images
        rest = dict.fromkeys(usual[MOST_IMAGES:])
        kept = {place: outcomes for place, outcomes in images.items() if place not in rest}
        return kept | {("", True): self._unreadable("too-many-images")}

    def _unreadable(self, reason: str) -> Outcomes:
        modes = modes_of_unreadable(self.state.policy, self.setting)
        return frozenset(Outcome("deny", reason, mode) for mode in modes)

    def _judged(self, reference: Reference, annotation: str | None) -> Outcomes:
        state, rule = self.state, deciding(self.state.policy, self.setting, reference)
        if rule is None:
            return frozenset({Outcome("deny", "namespace-unknown", strictest(state.policy))})
        bench = Bench(state.policy, rule, Shelves(state.world, state.now), reference, state.faults)
        action = rule.get("action", "judge")
        if action != "judge":
            reason = "denied-by-rule" if action == "deny" else "allowed-by-rule"
            return frozenset({Outcome(action, reason, rule.get("mode", "enforce"))})
        if not reference.digest and rule.get("onUnpinned") != "resolve":
            return frozenset({bench.without_scan("unpinned")})
        orders = _orders(state.settings.get("sources") or SOURCES, state.faults)
        return bench.in_trouble | {one for order in orders for one in self._by_scan(bench, annotation, order)}

    def _by_scan(self, bench: Bench, annotation: str | None, order: Sequence[str]) -> Outcomes:
        state, reference = self.state, bench.reference
        search = Search(bench.shelves, state.table, state.settings | {"sources": order}, bench.rule)
        if reference.digest:
            return bench.judge(search.evidence(reference, annotation))
        if not search.readable(reference.host):
            return frozenset({Outcome("deny", "unpinned", bench.rule.get("mode", "enforce"))})
        image = bench.shelves.tagged(reference.path, reference.tag or "latest")
        if image is None:
            return frozenset({bench.without_scan("gone")})
        found = bench.judge(search.evidence(replace(reference, digest=image["digest"]), annotation))
        return frozenset(map(_resolved, found))


def _orders(sources: Sequence[str], faults: frozenset[str]) -> Iterable[Sequence[str]]:
    """Return the orders in which sources may be asked: one that loses a scan is as good as left out."""
    lengths = range(1, len(sources) + 1) if "gone" in faults else [len(sources)]
    return (order for length in lengths for order in itertools.combinations(sources, length))


def _resolved(outcome: Outcome) -> Outcome:
    """Return what comes of an image that was named by a tag: its scan alone never admits it without a warning."""
    if outcome.reason != "within-limits":
        return outcome
    return replace(outcome, decision="warn", reason="resolved-tag")
