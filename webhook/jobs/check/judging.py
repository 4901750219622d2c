"""Objects put before a gate, one after the other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from webhook.core.deadline import Deadline
from webhook.core.policy import Action
from webhook.core.reasons import Exempt, Fault
from webhook.core.registry import Scanner
from webhook.core.review import Review, parse_review
from webhook.core.verdict import Finding, Verdict
from webhook.core.workloads import Kind, Path
from webhook.errors import InvalidReview
from webhook.gate import Gate
from webhook.jobs.check.fixes import NO_FIXES, Fixes, fixes_of
from webhook.jobs.check.objects import Object


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """An object, and what a gate would answer."""

    object: Object
    review: Review | None
    """None where the object cannot be understood."""
    outcome: Verdict | Exempt | Fault
    message: str = ""
    """Why there was no verdict."""
    fixes: Mapping[int, Fixes] = field(default_factory=dict)
    """By position among the findings; of those that do not simply pass."""

    @property
    def allowed(self) -> bool:
        """Whether the object would be admitted. A request that cannot be understood is not."""
        match self.outcome:
            case Verdict():
                return self.outcome.allowed
            case Exempt():
                return True
            case Fault():
                return False

    @property
    def findings(self) -> Sequence[Finding]:
        """What was found about its images."""
        return self.outcome.findings if isinstance(self.outcome, Verdict) else ()

    @property
    def judged(self) -> bool:
        """Whether there was anything to judge: other objects are not worth a line."""
        return not isinstance(self.outcome, Exempt) or self.object.is_review

    @property
    def name(self) -> str:
        """Namespace, kind and name, as people write them."""
        request = None if self.review is None else self.review.request
        if request is None:
            return f"{self.object.kind}/{self.object.metadata.get('name', '?')}"
        return f"{request.namespace}/{request.kind.name}/{request.name}".lstrip("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Examiner:
    """Asks a gate about objects."""

    gate: Gate
    scanner: Scanner
    kinds: Mapping[Kind, Path]
    aliases: Mapping[str, str]
    namespace: str
    """Of objects that name none."""
    deadline: Callable[[], Deadline]
    """Makes the deadline of each object."""
    fixes: bool
    """Whether to ask what can be mended."""

    def judged(self, subject: Object) -> Result:
        """Return what the gate would answer about an object.

        Raises:
            InvalidDocument: the object cannot be asked about.
        """
        try:
            review = parse_review(subject.question(self.namespace), self.kinds, self.aliases)
        except InvalidReview as error:
            return Result(object=subject, review=None, outcome=Fault.INVALID_REVIEW, message=str(error))
        if isinstance(review.task, Exempt):
            return Result(object=subject, review=review, outcome=review.task)
        verdict = self.gate.decide(review.task.workload, review.task.images, self.deadline())
        return Result(object=subject, review=review, outcome=verdict, fixes=self._fixes(verdict))

    def _fixes(self, verdict: Verdict) -> Mapping[int, Fixes]:
        if not self.fixes:
            return {}
        found = {
            position: fixes_of(finding.evidence, self.scanner, self.deadline())
            for position, finding in enumerate(verdict.findings)
            if finding.action is not Action.ALLOW
        }
        return {position: fixes for position, fixes in found.items() if fixes != NO_FIXES}
