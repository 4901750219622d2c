"""What is decided: about one image, and about a request."""

from functools import cached_property

import msgspec

from webhook.core.evidence import Evidence, Indexed, NotAsked, Scanned
from webhook.core.images import Digest
from webhook.core.matching import Labels
from webhook.core.pods import Image
from webhook.core.policy import STRICTEST_MODE_FIRST, Action, Mode, Rule
from webhook.core.reasons import Reason

STRICTEST_FIRST = (Action.DENY, Action.WARN, Action.ALLOW)

FEW_IMAGES = 10
"""A verdict about more is never known again: it would take too much memory."""


class Judgement(msgspec.Struct, frozen=True):
    """What to do, why, and the facts behind it."""

    action: Action
    reason: Reason
    detail: str
    notices: tuple[str, ...] = ()
    """What else people should hear of, whatever the action is: exceptions that end soon, or have ended."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What was found about one image, under one rule."""

    image: Image
    evidence: Evidence
    rule: Rule
    action: Action
    reason: Reason
    detail: str
    """The facts behind the reason in a few words, safe to show."""
    notices: tuple[str, ...] = ()
    """What else people should hear of: exceptions that end soon, or have ended."""

    @property
    def allowed(self) -> bool:
        """Whether the image may run: it passes, or its rule does not enforce."""
        return self.action is not Action.DENY or self.rule.mode is not Mode.ENFORCE

    @property
    def plain(self) -> bool:
        """Whether the image passes by a scan that was remembered, or needs none, with nothing to add."""
        if self.action is not Action.ALLOW or self.notices:
            return False
        match self.evidence:
            case Scanned(scan=scan, listing=None, earlier=None):
                return self.reason is Reason.WITHIN_LIMITS and scan.cached
            case NotAsked():
                return self.reason is Reason.ALLOWED_BY_RULE
            case _:
                return False

    @property
    def decision(self) -> str:
        """The action, with the mode where that keeps a denial from being one: `deny (audit)`."""
        return f"{self.action} ({self.rule.mode})" if self.action is Action.DENY and self.allowed else self.action.value

    @property
    def digest(self) -> Digest | None:
        """The digest that was judged: the one that is written, or the one that the tag named."""
        if isinstance(self.evidence, Scanned | Indexed):
            return self.evidence.digest
        reference = self.image.known_reference
        return None if reference is None else reference.digest


class Verdict(msgspec.Struct, frozen=True, dict=True, cache_hash=True):
    """The findings about all images of a request."""

    findings: tuple[Finding, ...]
    policy: Digest | None = None
    """Which policy decided."""
    labels: Labels | None = None
    """Those of the namespace; None where they were not asked for, or could not be had."""

    @cached_property
    def allowed(self) -> bool:
        """Whether the request is admitted: every image may run, and there is at least one."""
        return bool(self.findings) and all(finding.allowed for finding in self.findings)

    @cached_property
    def action(self) -> Action:
        """The strictest action of all findings, whatever the mode makes of it."""
        actions = [finding.action for finding in self.findings]
        return next((action for action in STRICTEST_FIRST if action in actions), Action.DENY)

    @cached_property
    def mode(self) -> Mode:
        """The strictest mode of the rules that applied."""
        modes = [finding.rule.mode for finding in self.findings]
        return next((mode for mode in STRICTEST_MODE_FIRST if mode in modes), Mode.ENFORCE)

    @cached_property
    def reason(self) -> Reason:
        """The reason of the first finding that is as strict as the verdict. There must be a finding."""
        return next(finding.reason for finding in self.findings if finding.action is self.action)

    @cached_property
    def plain(self) -> bool:
        """Whether it may be known again for a moment: a few images that all pass, and nothing to say about them."""
        few = 0 < len(self.findings) <= FEW_IMAGES
        return few and self.labels is None and all(finding.plain for finding in self.findings)
