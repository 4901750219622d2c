"""Mutants: which faults are tried."""

from pathlib import Path

import pytest

from mutation.modules import ALSO, file_of, guarding
from mutation.mutants import mutants
from mutation.run import EQUIVALENT, Score, equivalent, table
from tests.documents import ROOT


def changed(source: str) -> set[str]:
    """Return what the mutants of a function of one line are."""
    return {one.source.splitlines()[-1].strip() for one in mutants(f"def f(a, b):\n    {source}")}


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("return a < b", "return a <= b"),
        ("return a < b", "return a >= b"),
        ("return a == b", "return a != b"),
        ("return a is None", "return a is not None"),
        ("return a in b", "return a not in b"),
        ("return a and b", "return a or b"),
        ("return a and b", "return a"),
        ("return a and b", "return b"),
        ("return not a", "return a"),
        ("return a + b", "return a - b"),
        ("return 5", "return 6"),
        ("return 5", "return 4"),
        ("return True", "return False"),
        ("return '[a]{1,50}'", "return '[a]{2,51}'"),
        ("return a", "return None"),
        ("return a if b else 0", "return a if True else 0"),
        ("return [x for x in a if x]", "return [x for x in a]"),
        ("return any(a)", "return all(a)"),
        ("return a.fullmatch(b)", "return a.match(b)"),
        ("return Action.DENY", "return Action.ALLOW"),
        ("a.remove(b)", "pass"),
        ("raise ValueError(a)", "pass"),
        ("if a: return b", "return b"),
    ],
)
def test_fault_is_tried(source: str, fault: str) -> None:
    """Each is one that somebody could have written."""
    assert fault in changed(source)


def test_case_is_left_out_and_its_guard_forgotten() -> None:
    """But not the one to which no value leads."""
    source = "match a:\n    case 1 if b:\n        x = a\n    case _ as never:\n        assert_never(never)"
    texts = [one.source for one in mutants(source)]

    assert any("case 1:" in text for text in texts)
    assert any("case 1" not in text for text in texts)
    assert all("assert_never" in text for text in texts)


@pytest.mark.parametrize("source", ['"""A docstring."""', "x: int | None", "raise_ = f'{a} or {b}'", "import a"])
def test_what_decides_nothing_is_left_as_it_is(source: str) -> None:
    """Types, docstrings, imports and texts with values in them."""
    assert not list(mutants(source))


def test_each_mutant_has_its_own_name() -> None:
    """By that name it is listed; and each compiles."""
    for module in ALSO:
        found = list(mutants(file_of(module).read_text(encoding="utf-8")))
        assert len({one.what for one in found}) == len(found)
        for one in found:
            compile(one.source, module, "exec")


def test_list_holds_mutants_that_there_are() -> None:
    """Each line is one, and a list that has grown old is found out."""
    there = {f"{module}.{one.what}" for module in ALSO for one in mutants(file_of(module).read_text(encoding="utf-8"))}

    assert equivalent(EQUIVALENT.read_text(encoding="utf-8")) <= there


def test_tests_are_there() -> None:
    """Every module has its own tests, and those that it is said to share."""
    for module in ALSO:
        assert Path(guarding(module)[0]).name == f"test_{module}.py"
        assert all((ROOT / test).exists() for test in guarding(module)), module


def test_score_counts_what_could_be_noticed() -> None:
    """What is the same program is no failure of a test."""
    living = tuple(mutants("x = 1"))[:1]
    rows = list(table([Score("a", 9, 5, living), Score("b", 10, 0, ())]))

    assert rows[2] == "| a | 15 | 9 | 5 | 1 | 90.0% |"
    assert rows[-1] == "| all | 25 | 19 | 5 | 1 | 95.0% |"
