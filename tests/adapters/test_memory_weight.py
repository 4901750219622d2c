"""Memory of answers that differ in size."""

from typing import NoReturn

import pytest

from tests.fakes import DEADLINE
from webhook.adapters.memory import Memory
from webhook.errors import NotFound, NotRemembered

KEY = ("scan", "che1")


def fail() -> NoReturn:
    """Find nothing."""
    raise NotFound("gone")


def remembers(memory: Memory, *key: str) -> bool:
    """Tell whether something is in memory, an answer or a failure."""
    try:
        memory.recall(key, str, DEADLINE, lambda _: 0.0)
    except NotRemembered:
        return False
    except NotFound:
        return True
    return True


def weighing() -> Memory:
    """Return a memory of a weight of 6, in which a letter weighs 1."""
    return Memory(size=6, clock=lambda: 0.0, jitter=lambda: 0.0, weigh=len)


def test_answers_are_kept_up_to_their_weight() -> None:
    """What is heavy pushes out as many others as it takes, those used longest ago first."""
    memory = weighing()
    for name, text in (("a", "aa"), ("b", "bb"), ("c", "cccc")):
        memory.ask((name,), lambda text=text: text, DEADLINE, lambda _: 60.0)  # type: ignore[misc]
    kept = [name for name in "abc" if remembers(memory, name)]

    assert kept == ["b", "c"]


def test_answer_that_is_too_heavy_is_given_and_not_kept() -> None:
    """It pushes nothing out, and who asks next is not held up."""
    memory = weighing()
    memory.ask(("a",), lambda: "a", DEADLINE, lambda _: 60.0)

    for _ in range(2):
        assert memory.ask(("b",), lambda: "b" * 7, DEADLINE, lambda _: 60.0) == ("b" * 7, False)
    assert remembers(memory, "a")
    assert not remembers(memory, "b")


def test_failure_is_not_weighed() -> None:
    """There is nothing in it that could be; it is remembered."""
    memory = weighing()

    with pytest.raises(NotFound):
        memory.ask(KEY, fail, DEADLINE, lambda _: 60.0)
    assert remembers(memory, *KEY)
