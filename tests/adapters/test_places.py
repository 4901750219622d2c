"""The places of processes: each has one of its own, and none is lost."""

from webhook.adapters.places import Places


class Worker:
    """What the server knows of a process."""


def test_the_lowest_free_number_is_given() -> None:
    """A newcomer takes the place of one that is gone, and that is told of."""
    left: list[int] = []
    places = Places(left.append)
    first, second, third, fourth = (Worker() for _ in range(4))

    def mine(worker: Worker) -> int:
        places.hooks["pre_fork"](None, worker)
        return places.mine

    assert [mine(first), mine(second), mine(third)] == [0, 1, 2]
    places.hooks["child_exit"](None, second)
    assert left == [1]
    assert mine(fourth) == 1


def test_a_process_that_was_never_forked_has_no_place() -> None:
    """Where the fork failed nobody says that the process is gone."""
    places = Places()
    worker = Worker()
    places.take(None, worker)
    del worker
    places.take(None, other := Worker())

    assert places.mine == 0
    places.leave(None, other)
    places.leave(None, other)
