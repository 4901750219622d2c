"""A policy put to the test: each case is judged as a gate would judge it, and held against what it expects."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from webhook.core.columns import columns
from webhook.core.judging import judge
from webhook.core.junit import Suite, TestCase
from webhook.core.policy import Policy
from webhook.core.verdict import Finding
from webhook.errors import Invalid, InvalidDocument
from webhook.jobs.policy.cases import Case, CaseFile
from webhook.jobs.policy.evidence import evidence_of


@dataclass(frozen=True, slots=True)
class Result:
    """A case, and what came of it."""

    case: Case
    finding: Finding

    @property
    def differences(self) -> tuple[str, ...]:
        """What is not as it is expected; none where all is."""
        return tuple(f"{what} is {got}, not {expected}" for what, expected, got in self._pairs() if got != expected)

    @property
    def passed(self) -> bool:
        """Whether all is as it is expected."""
        return not self.differences

    def _pairs(self) -> Iterator[tuple[str, str, str]]:
        expect, finding = self.case.text.expect, self.finding
        pairs = (
            ("decision", expect.decision, finding.action.value),
            ("reason", expect.reason, finding.reason.value),
            ("rule", expect.rule, finding.rule.name),
            ("allowed", None if expect.allowed is None else str(expect.allowed).lower(), str(finding.allowed).lower()),
        )
        return ((what, str(expected), got) for what, expected, got in pairs if expected is not None)


@dataclass(frozen=True, slots=True)
class Trial:
    """All cases of a file, judged."""

    source: str
    results: tuple[Result, ...]

    @property
    def passed(self) -> bool:
        """Whether every case came out as it expects."""
        return all(result.passed for result in self.results)


def judged(file: CaseFile, policy: Policy) -> Trial:
    """Judge the cases of a file.

    Raises:
        InvalidDocument: a time or an age in it is none.
    """
    return Trial(file.source, tuple(_judged(file, case, policy) for case in file.cases))


def _judged(file: CaseFile, case: Case, policy: Policy) -> Result:
    ruling = policy.ruling(case.workload, case.text.namespace_labels, case.image.known_reference)
    try:
        evidence = evidence_of(case, ruling)
    except Invalid as error:
        raise InvalidDocument(f"{file.source}: case '{case.text.name}': {error}") from error
    return Result(case, judge(case.image, evidence, ruling, now=case.now))


BLANK = ("",) * 5


def render_text(trials: Sequence[Trial]) -> str:
    """Return a table of all cases, and below it what is wrong."""
    rows: list[tuple[str, ...]] = [("CASE", "DECISION", "REASON", "RULE", "ALLOWED", "")]
    for trial in trials:
        # Of several files, each is a heading.
        rows += [(trial.source, *BLANK)] if len(trials) > 1 else []
        rows += [_row(result) for result in trial.results]
    lines = [*columns(rows, indent=""), ""]
    for trial in trials:
        for result in trial.results:
            lines += [f"{trial.source}: {result.case.text.name}: {said}" for said in result.differences]
            if not result.passed:
                lines.append(f"  {result.finding.reason}: {result.finding.detail}")
    results = [result for trial in trials for result in trial.results]
    failed = sum(not result.passed for result in results)
    noun = "case" if len(results) == 1 else "cases"
    return "\n".join([*lines, f"{len(results)} {noun}, {failed} failed", ""])


def _row(result: Result) -> tuple[str, ...]:
    finding = result.finding
    allowed = "yes" if finding.allowed else "no"
    end = "" if result.passed else "FAILED"
    name = result.case.text.name
    return (name, finding.action.value, finding.reason.value, finding.rule.name, allowed, end)


def render_suites(trials: Sequence[Trial]) -> tuple[Suite, ...]:
    """Return the cases as a report of tests."""
    return tuple(Suite(trial.source, [_case(result) for result in trial.results]) for trial in trials)


def _case(result: Result) -> TestCase:
    finding = result.finding
    detail = f"{finding.action} {finding.reason} by rule {finding.rule.name}: {finding.detail}"
    failure = None if result.passed else "\n".join(("; ".join(result.differences), detail))
    return TestCase(name=result.case.text.name, failure=failure, output=detail)
