"""What the oracle says."""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Outcome:
    """What may become of one image."""

    decision: str
    """`allow`, `warn` or `deny`: what the policy thinks."""
    reason: str
    mode: str = "enforce"
    """Of the rule: what a denial amounts to."""

    @property
    def passes(self) -> bool:
        """Whether the image may run."""
        return self.decision != "deny" or self.mode != "enforce"


Outcomes = frozenset[Outcome]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may come of a review. Where times or faults leave it open, there is more than one possibility."""

    status: int = 200
    """Of HTTP; anything else than 200 is no verdict, and nothing below counts."""
    exempt: frozenset[str] = frozenset()
    """Reasons for which no image is judged; empty where images are."""
    images: Mapping[tuple[str, bool], Outcomes] = field(default_factory=dict)
    """By the text of the image, and whether it stands where Kubernetes has images."""

    @property
    def allowed(self) -> frozenset[bool]:
        """Whether the request may, or must, be admitted."""
        if self.status != 200:
            return frozenset({False})
        each = [{one.passes for one in outcomes} for outcomes in self.images.values()]
        return frozenset(all(passing) for passing in itertools.product(*each))


NEVER_EXEMPT = ("invalid-scan-id", "mismatched")
"""What is wrong with what is said of an image. No exemption is about that."""


def worst(each: Iterable[Outcomes]) -> Outcomes:
    """Return what may come of several that must all pass: the worst decision, and the first reason for it.

    Of denials the first that no exemption turns is the worst.
    """
    return frozenset(_worst(chosen) for chosen in itertools.product(*each))


def _worst(outcomes: Iterable[Outcome]) -> Outcome:
    return max(outcomes, key=lambda one: (("allow", "warn", "deny").index(one.decision), one.reason in NEVER_EXEMPT))
