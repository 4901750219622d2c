"""One recorded decision, made again under another policy. Start reading here.

The judging is `core.judging.judge`, the same as the gate's, with the time of the record as the present. There is no
second set of rules: what is added here is only what to do about things that the record does not say.
"""

from dataclasses import dataclass
from functools import lru_cache

from webhook.core.evidence import NotAsked
from webhook.core.images import ImageReference
from webhook.core.judging import judge
from webhook.core.matching import Labels, Workload
from webhook.core.policy import Action, Policy, Rule, RuleAction, Ruling
from webhook.core.reasons import Reason
from webhook.core.recorded import Recorded, RecordedImage
from webhook.core.verdict import Finding, Verdict
from webhook.jobs.replay.doubts import BAD, Doubt, known

REMEMBERED = 10_000
"""Rulings that are not looked up again."""

PASSING = Rule(name="unknown", action=RuleAction.ALLOW)
"""What evidence of which nothing is known is judged by, at its best."""

_LabelItems = tuple[tuple[str, str], ...]
_NO_DOUBT: frozenset[Doubt] = frozenset()


@dataclass(frozen=True, slots=True)
class Rejudged:
    """The verdict, if everything that is not known were at its worst, and if it were at its best."""

    worst: Verdict
    best: Verdict
    doubts: frozenset[Doubt] = _NO_DOUBT

    @property
    def decided(self) -> bool:
        """Whether what is not known makes no difference."""
        return not self.doubts or (self.worst.allowed, self.worst.action) == (self.best.allowed, self.best.action)

    @property
    def verdict(self) -> Verdict:
        """The verdict where it is decided, for reasons that are known."""
        return self.best if self.best.action is Action.DENY else self.worst


class Rejudging:
    """Judges recorded decisions by a policy."""

    def __init__(self, policy: Policy) -> None:
        """Judge by *policy*."""
        self._policy = policy
        self._accounts_matter = any(rule.match.service_accounts for rule in policy.rules)
        self._ruling = lru_cache(REMEMBERED)(self._looked_up)

    def verdict(self, recorded: Recorded) -> Rejudged:
        """Judge a decision about images again."""
        record = recorded.record
        labels = None if record.namespace_labels is None else tuple(record.namespace_labels.items())
        pairs = [self._image(one, recorded, labels) for one in recorded.images]
        digest = self._policy.digest
        worst = Verdict(tuple(worst for worst, _, _ in pairs), digest, record.namespace_labels)
        doubts = _NO_DOUBT.union(*(doubts for _, _, doubts in pairs))
        best = Verdict(tuple(best for _, best, _ in pairs), digest, record.namespace_labels) if doubts else worst
        return Rejudged(worst, best, doubts)

    def _image(
        self, one: RecordedImage, recorded: Recorded, labels: _LabelItems | None
    ) -> tuple[Finding, Finding, frozenset[Doubt]]:
        reference = one.image.reference
        readable = reference if isinstance(reference, ImageReference) else None
        ruling = self._ruling(recorded.workload, labels, readable)
        now = recorded.record.time
        asked = recorded.record.policy == self._policy.digest
        doubt = self._doubt(one, recorded, ruling, asked=asked)
        if doubt is not None:
            worst = judge(one.image, BAD, Ruling(Rule(name=ruling.rule.name)), now=now)
            return worst, _passing(one, recorded), frozenset({doubt})
        found = known(one, ruling, asked=asked)
        worst = judge(one.image, found.worst, ruling, now=now)
        if not found.doubts:
            return worst, worst, _NO_DOUBT
        best = _passing(one, recorded) if found.best is None else judge(one.image, found.best, ruling, now=now)
        return worst, best, found.doubts

    def _doubt(self, one: RecordedImage, recorded: Recorded, ruling: Ruling, *, asked: bool) -> Doubt | None:
        """Return why it is not known which rule applies."""
        if self._accounts_matter and not recorded.account_known:
            return Doubt.ACCOUNT
        if ruling.sure or asked or one.written.reason == Reason.NAMESPACE_UNKNOWN:
            return None
        return Doubt.LABELS

    def _looked_up(self, workload: Workload, labels: _LabelItems | None, reference: ImageReference | None) -> Ruling:
        known_labels: Labels | None = None if labels is None else dict(labels)
        return self._policy.ruling(workload, known_labels, reference)


def _passing(one: RecordedImage, recorded: Recorded) -> Finding:
    return judge(one.image, NotAsked(), Ruling(PASSING), now=recorded.record.time)
