"""Switching faults on and off."""

import threading

from webhook.emulator.fault_board import FaultBoard
from webhook.emulator.faults import Close, Hang, Latency


def struck(board: FaultBoard, requests: int, path: str = "/x") -> str:
    """Return for each of so many requests whether a fault struck it."""
    return "".join("x" if board.take("GET", path) else "." for _ in range(requests))


def test_a_fault_strikes_what_its_glob_matches() -> None:
    """The path, or method and path."""
    board = FaultBoard("s")
    board.add(Close(path="POST */scans"))

    assert not board.take("GET", "/v1/scans")
    assert [strike.fault for strike in board.take("POST", "/v1/scans")] == [Close(path="POST */scans")]


def test_a_fault_is_gone_after_its_times() -> None:
    """And counts from 0 what it strikes."""
    board = FaultBoard("s")
    board.add(Close(times=2))

    assert [strike.nth for _ in range(3) for strike in board.take("GET", "/x")] == [0, 1]
    assert board.list() == ()


def test_a_fault_may_strike_every_so_many_th_request() -> None:
    """The first one included."""
    board = FaultBoard("s")
    board.add(Close(every=3, times=2))

    assert struck(board, 8) == "x..x...."


def test_a_fault_may_strike_by_chance_and_the_same_way_again() -> None:
    """The seed decides; the share is about what was asked for."""
    runs = []
    for seed in ("a", "a", "b"):
        board = FaultBoard(seed)
        board.add(Close(probability=0.3))
        runs.append(struck(board, 1000))

    assert runs[0] == runs[1] != runs[2]
    assert 200 < runs[0].count("x") < 400


def test_a_probability_of_0_or_1_is_certain() -> None:
    """Never and always."""
    board = FaultBoard("s")
    board.add(Close(probability=0))
    assert struck(board, 100) == "." * 100
    board.replace([Close(probability=1)])
    assert struck(board, 100) == "x" * 100


def test_several_faults_strike_one_request() -> None:
    """In the order in which they came."""
    board = FaultBoard("s")
    board.add(Latency(seconds=1), Close())

    assert [type(strike.fault) for strike in board.take("GET", "/x")] == [Latency, Close]


def test_faults_are_removed_by_number() -> None:
    """A number is given once; whoever waits because of the fault is let go."""
    board = FaultBoard("s")
    first, second = board.add(Hang(), Close())
    (waiting, _) = board.take("GET", "/x")

    assert board.remove(first)
    assert waiting.released.is_set()
    assert not board.remove(first)
    assert [(posted.number, posted.seen, posted.applied) for posted in board.list()] == [(second, 1, 1)]


def test_clearing_lets_go_whoever_waits() -> None:
    """Also because of a fault that has struck as often as it should, and is off already."""
    board = FaultBoard("s")
    board.add(Hang(times=1), Hang())
    strikes = board.take("GET", "/x")
    assert not any(strike.released.is_set() for strike in strikes)
    board.clear()

    assert all(strike.released.is_set() for strike in strikes)
    assert board.list() == ()


def test_whoever_waits_can_be_let_go_while_faults_stay() -> None:
    """The next request waits anew."""
    board = FaultBoard("s")
    board.add(Hang())
    (before,) = board.take("GET", "/x")
    board.release()
    (after,) = board.take("GET", "/x")

    assert before.released.is_set()
    assert not after.released.is_set()


def test_threads_do_not_strike_too_often() -> None:
    """A fault for 100 requests strikes 100, however many ask at once."""
    board = FaultBoard("s")
    board.add(Close(times=100))
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(struck(board, 50))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert "".join(found).count("x") == 100
