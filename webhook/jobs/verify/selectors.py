"""What selectors leave out."""

from collections.abc import Iterable, Iterator

from webhook.core.printable import printable
from webhook.core.registration import Expression, Selector
from webhook.jobs.verify.finding import Effect


def narrowed(field: str, what: str, expected: Selector, live: Selector) -> Iterator[tuple[Effect, str]]:
    """Say which of *what* the *live* selector leaves out although the *expected* one has them, and the reverse."""
    for requirement in _not_implied(live, by=expected):
        yield Effect.BYPASS, f"{field} leaves out {what} unless {_shown(requirement)}"
    for requirement in _not_implied(expected, by=live):
        yield Effect.NOTE, f"{field} does not leave out {what} any more unless {_shown(requirement)}"


def _not_implied(selector: Selector, *, by: Selector) -> list[Expression]:
    given = list(_requirements(by))
    return [wanted for wanted in _requirements(selector) if not _implied(wanted, given)]


def _requirements(selector: Selector) -> Iterator[Expression]:
    for key, value in selector.match_labels.items():
        yield Expression(key, "In", (value,))
    yield from selector.match_expressions


def _implied(wanted: Expression, given: Iterable[Expression]) -> bool:
    """Tell whether whoever meets all that is *given* meets *wanted*.

    What is not understood is implied by itself alone.
    """
    given = [requirement for requirement in given if requirement.key == wanted.key]
    known = {name: [each for each in given if each.operator == name] for name in ("In", "NotIn")}
    exists = bool(known["In"]) or any(each.operator == "Exists" for each in given)
    absent = any(each.operator == "DoesNotExist" for each in given)
    allowed = [set(each.values) for each in known["In"]]
    denied = {value for each in known["NotIn"] for value in each.values}
    values = set(wanted.values)
    match wanted.operator:
        case "In":
            return any(some <= values for some in allowed)
        case "NotIn":
            return absent or values <= denied or any(not some & values for some in allowed)
        case "Exists":
            return exists
        case "DoesNotExist":
            return absent
        case _:
            return wanted in given


def _shown(requirement: Expression) -> str:
    values = ", ".join(printable(value) for value in requirement.values)
    key = f"the label {printable(requirement.key)}"
    match requirement.operator:
        case "In":
            return f"{key} is {values}" if len(requirement.values) == 1 else f"{key} is one of {values}"
        case "NotIn":
            return f"{key} is not {values}" if len(requirement.values) == 1 else f"{key} is none of {values}"
        case "Exists":
            return f"{key} is there"
        case "DoesNotExist":
            return f"{key} is not there"
        case operator:
            return f"{key} {printable(operator)} {values}"
