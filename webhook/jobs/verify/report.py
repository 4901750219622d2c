"""What is said about the findings: a line for each, and one for all."""

from collections.abc import Callable

from webhook.core.printable import printable
from webhook.jobs.verify.finding import Effect, Finding


def report(name: str, findings: tuple[Finding, ...], say: Callable[[str], None]) -> bool:
    """Say each of *findings*, and the sum; return whether none of them weakens the gate."""
    for finding in findings:
        say(str(finding))
    weak = sum(finding.effect is not Effect.NOTE for finding in findings)
    name = printable(name)
    if weak:
        say(f"{name}: the gate is not what it should be, for {weak} {'reason' if weak == 1 else 'reasons'}.")
    elif findings:
        say(f"{name}: differs from what is expected, but nothing gets past the gate.")
    else:
        say(f"{name}: as expected.")
    return not weak
