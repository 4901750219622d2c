"""An error anywhere on the way of a decision refuses: an exception is raised at each call, one after the other."""

import itertools
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache

import pytest

from tests.admissions import ADMITTED, Admissions
from tests.injection import DECIDING, Injection, Site, injected

ERRORS: tuple[Callable[[], Exception], ...] = (
    RuntimeError,
    MemoryError,
    KeyError,
    RecursionError,
    OSError,
    TimeoutError,
    ValueError,
    TypeError,
    AttributeError,
    lambda: UnicodeDecodeError("utf-8", b"", 0, 1, "injected"),
)

ANSWERS: Mapping[str, tuple[type[Exception], ...]] = {
    "TLRUCache.__getitem__": (KeyError,),
    "loads": (ValueError, RecursionError),
}
"""Errors by which what is called says something: that nothing is remembered, that a text is no JSON. They are expected
where they come from; a refusal by the registry, say, may have any text."""

FEWEST_SITES = 450
"""As `docs/proof.md` says."""


@cache
def admissions() -> Admissions:
    """Return the gate that is asked."""
    return Admissions()


def came_by(name: str, times: int) -> list[Site]:
    """Return the call sites that a review comes by that was admitted so many times before, in their order."""
    gate = admissions()
    gate.forget()
    for _ in range(times):
        gate.ask(ADMITTED[name])
    with injected(Injection()) as noting:
        answer = gate.ask(ADMITTED[name])
    assert answer.allowed, answer
    return list(noting.sites)


def refused(name: str, times: int, site: Site, error: Callable[[], Exception]) -> bool:
    """Tell whether a review is refused, and somebody is told, when *error* is raised at *site*."""
    gate = admissions()
    gate.forget()
    for _ in range(times):
        gate.ask(ADMITTED[name])
    gate.records.clear()
    unexpected = RuntimeError if isinstance(error(), ANSWERS.get(site.called, ())) else error
    with injected(Injection(site, unexpected)) as injection:
        answer = gate.ask(ADMITTED[name])
    assert injection.raised, site
    told = bool(gate.errors) or any(not record["allowed"] for record in gate.records)
    return not answer.allowed and told


@cache
def ways() -> dict[Site, tuple[str, int]]:
    """Return each call site with the first way by which it is come to: a review, and how often it came before.

    The second time all answers are remembered, the third time the verdict is.
    """
    found: dict[Site, tuple[str, int]] = {}
    for name, times in itertools.product(ADMITTED, range(3)):
        for site in came_by(name, times):
            found.setdefault(site, (name, times))
    return found


def test_error_at_any_call_is_never_an_admission() -> None:
    """Whichever call fails, of a review that would be admitted, it is refused, and a record or the log tells of it.

    What comes after the decision is no exception: a record that cannot be written, or a count that fails, refuses.
    """
    errors = itertools.cycle(ERRORS)
    wrong = [str(site) for site, (name, times) in ways().items() if not refused(name, times, site, next(errors))]

    assert not wrong


def test_there_are_many_calls_that_can_fail() -> None:
    """The claim above is about enough of them, in all parts of the way."""
    parts = Counter(site.file.partition("/")[0] for site in ways())
    print(f"{parts.total()} call sites: {dict(parts)}")  # noqa: T201 - shown by pytest -s

    assert parts.total() >= FEWEST_SITES
    assert parts.keys() == set(DECIDING)


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("part", DECIDING)
def test_every_error_is_the_same_in_every_part(part: str, error: Callable[[], Exception]) -> None:
    """A kind of error that one part expects of its own work is none that it takes for an answer of another one."""
    sites = [(site, way) for site, way in ways().items() if site.file.partition("/")[0] == part]
    site, (name, times) = sites[ERRORS.index(error) % len(sites)]

    assert refused(name, times, site, error)
