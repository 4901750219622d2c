"""The tree of errors."""

import inspect

import pytest

from webhook import errors
from webhook.errors import LookupFailed, ScangateError, Unavailable

RAISED = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]


@pytest.mark.parametrize("kind", RAISED, ids=lambda kind: kind.__name__)
def test_every_error_is_in_the_tree(kind: type[Exception]) -> None:
    """Whatever is raised on purpose can be caught as one, and stands in the drawing."""
    assert issubclass(kind, ScangateError)
    assert f" {kind.__name__} " in f"{errors.__doc__} ".replace("\n", " ")


def test_trouble_says_whether_a_second_try_may_help() -> None:
    """By default it does not."""
    assert not Unavailable("down").passing
    assert Unavailable("reset", passing=True).passing
    assert issubclass(Unavailable, LookupFailed)
