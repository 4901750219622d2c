"""The policy: which images may run. Values only; `policy_file` reads them.

Absent means deny: a limit that is not written is zero, a switch that is not written refuses, and what no rule
matches is judged by a rule with nothing in it.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from webhook.core.documents import Section
from webhook.core.exemptions import NO_EXCEPTIONS, ExceptionList, Exceptions
from webhook.core.images import Digest, ImageReference
from webhook.core.matching import EVERYTHING, Fit, Index, Labels, Match, Workload

UNLIMITED: Literal["unlimited"] = "unlimited"

Limit = Annotated[
    Annotated[int, msgspec.Meta(ge=0)] | Literal["unlimited"],
    msgspec.Meta(description="a whole number from 0, or 'unlimited'"),
]
"""The greatest count that passes, or no limit."""


class Mode(StrEnum):
    """What a refusal of a rule amounts to."""

    ENFORCE = "enforce"
    """The request is refused."""
    WARN = "warn"
    """It is admitted, with a warning to the person and a record."""
    AUDIT = "audit"
    """It is admitted, with a record only."""


STRICTEST_MODE_FIRST = (Mode.ENFORCE, Mode.WARN, Mode.AUDIT)


class RuleAction(StrEnum):
    """What a rule does with the images that it matches."""

    JUDGE = "judge"
    """It has their scans looked up and judged."""
    DENY = "deny"
    WARN = "warn"
    """It lets them pass unseen, with a warning."""
    ALLOW = "allow"
    """It lets them pass unseen: images that the scanner cannot know."""


class Action(StrEnum):
    """What to do with an image that has no usable scan."""

    DENY = "deny"
    WARN = "warn"
    ALLOW = "allow"


class OnUnpinned(StrEnum):
    """What to do with an image that is not named by digest."""

    DENY = "deny"
    WARN = "warn"
    ALLOW = "allow"
    RESOLVE = "resolve"
    """Ask the registry which digest the tag names now, judge that, and warn: the tag may move."""


class Absent(StrEnum):
    """How to take a finished scan without any counters; the API leaves zeros out, and may leave out all six."""

    ZERO = "zero"
    DENY = "deny"


class Counting(StrEnum):
    """What is counted."""

    FINDINGS = "findings"
    """As the scanner counts: a CVE once for each package in which it was found."""
    DISTINCT = "distinct"
    """Each CVE once, at its worst severity."""


class Limits(Section, frozen=True):
    """The greatest count of each severity that passes. One that is not written is 0."""

    critical: Limit = 0
    high: Limit = 0
    medium: Limit = 0
    low: Limit = 0
    negligible: Limit = 0
    undefined: Limit = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How the images that it matches are judged."""

    name: str
    match: Match = EVERYTHING
    action: RuleAction = RuleAction.JUDGE
    mode: Mode = Mode.ENFORCE
    limits: Limits = field(default_factory=Limits)
    counting: Counting = Counting.FINDINGS
    only_fixable: bool = False
    """Whether vulnerabilities without a fix are left out of the counts."""
    new_findings_grace: timedelta = timedelta(0)
    """How long an image still passes that an earlier scan found within the limits."""
    max_scan_age: timedelta | None = timedelta(hours=720)
    """None: a scan of any age counts. The default is the 30 days for which the registry keeps scans."""
    absent_counts: Absent = Absent.ZERO
    require_latest: bool = False
    """Whether the newest scan of an image decides even where an older one is named."""
    scan_on_missing: bool = False
    """Whether the gate asks for a scan of an image that has none. Scans cost money."""
    on_missing: Action = Action.DENY
    on_unfinished: Action = Action.DENY
    on_failed: Action = Action.DENY
    on_unavailable: Action = Action.DENY
    on_unpinned: OnUnpinned = OnUnpinned.DENY


STRICT = Rule(name="default")
"""The rule for what no rule matches."""


class Ruling(msgspec.Struct, frozen=True):
    """What a policy says about one image of one workload, whatever there is to know about the image."""

    rule: Rule
    exceptions: Exceptions = NO_EXCEPTIONS
    sure: bool = True
    """Whether the rule applies for certain; not where labels of the namespace would have to be known, or the image
    cannot be read."""
    mode: Mode = Mode.ENFORCE
    """What a refusal amounts to where the rule is not sure to apply: the strictest of all that might."""

    @property
    def lowers(self) -> bool:
        """Whether the list of vulnerabilities may lower what the scanner counted."""
        rule = self.rule
        return rule.only_fixable or rule.counting is not Counting.FINDINGS or bool(self.exceptions.ignored)


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules in their order, of which the first that matches decides, and exceptions to them."""

    rules: tuple[Rule, ...]
    digest: Digest
    """Content address of the document, for the audit record: which policy decided."""
    exceptions: ExceptionList = ExceptionList()
    _index: Index = field(init=False, repr=False, compare=False)
    _strictest: Mode = field(init=False, repr=False, compare=False)
    needs_labels: bool = field(init=False, repr=False, compare=False)
    """Whether a rule asks for labels of namespaces."""

    def __post_init__(self) -> None:
        """File the rules by what they match."""
        object.__setattr__(self, "_index", Index(tuple(rule.match for rule in self.rules)))
        object.__setattr__(self, "needs_labels", any(rule.match.namespace_labels for rule in self.rules))
        whole = any(rule.match.everything for rule in self.rules)
        modes = {rule.mode for rule in self.rules} | (set() if whole else {STRICT.mode})
        object.__setattr__(self, "_strictest", next(mode for mode in STRICTEST_MODE_FIRST if mode in modes))

    def ruling(self, workload: Workload, labels: Labels | None, reference: ImageReference | None) -> Ruling:
        """Return what is said about an image of *workload*.

        *labels* are those of its namespace, None where they are not known; *reference* is None where the image
        cannot be read.
        """
        exceptions = self.exceptions.of(workload, reference)
        found = self._index.first(workload, labels, reference)
        if found is None:
            return Ruling(STRICT, exceptions)
        position, fit = found
        rule = self.rules[position]
        return (
            Ruling(rule, exceptions) if fit is Fit.YES else Ruling(rule, exceptions, sure=False, mode=self._strictest)
        )
