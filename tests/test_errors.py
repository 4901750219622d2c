"""Exceptions that are raised on purpose."""

import inspect
import re

import pytest

from webhook import errors
from webhook.errors import Invalid, InvalidDocument, InvalidReview, LookupFailed, NotFound, ScangateError, Unavailable

CLASSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]


def drawn() -> list[tuple[int, str]]:
    """Return depth and name of each exception in the tree that the module's docstring draws."""
    lines = re.findall(r"^([│ ]*(?:[├└]── )?)(\w+)(?:  .*)?$", errors.__doc__ or "", re.MULTILINE)
    return [(len(indent) // 4, name) for indent, name in lines if indent or name == "ScangateError"]


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    """Every class is drawn once, below its parent, and nothing else is."""
    parents: dict[int, str] = {}
    found: dict[str, str] = {}
    for depth, name in drawn():
        parents[depth] = name
        found[name] = parents.get(depth - 1, "Exception")

    assert found == {kind.__name__: kind.__bases__[0].__name__ for kind in CLASSES}


@pytest.mark.parametrize("kind", CLASSES)
def test_each_can_be_raised_with_a_message(kind: type[ScangateError]) -> None:
    """One argument, and it is what is shown."""
    with pytest.raises(ScangateError, match="^why$"):
        raise kind("why")


def test_what_is_raised_on_purpose_is_told_from_a_defect() -> None:
    """Nothing that Python itself raises is caught by accident."""
    assert not any(issubclass(kind, ValueError | LookupError | OSError) for kind in CLASSES)
    assert issubclass(InvalidReview, Invalid)
    assert not issubclass(InvalidDocument, LookupFailed)
    assert not issubclass(NotFound, Invalid)


@pytest.mark.parametrize("passing", [True, False])
def test_outage_says_whether_it_may_pass(passing: bool) -> None:
    """A call that was reset may fare better at once; one that was refused for a reason will not."""
    assert Unavailable("why", passing=passing).passing is passing
    assert not Unavailable("why").passing


@pytest.mark.parametrize("kind", [kind for kind in CLASSES if issubclass(kind, LookupFailed)])
def test_a_failure_is_raised_again_as_another(kind: type[LookupFailed]) -> None:
    """For the next caller it is of the same kind and says the same, without the traceback of the first."""
    first = kind("why")
    with pytest.raises(kind):
        raise first
    again = first.again()

    assert (type(again), str(again)) == (kind, "why")
    assert again is not first
    assert again.__traceback__ is None
