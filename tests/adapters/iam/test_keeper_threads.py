"""The token keeper with its thread: in real time, with a clock that is moved on."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.adapters.iam.keeping import LOG, Hurry, Numbered, token
from tests.mounts import Mount, replace
from tests.policies import eventually
from webhook.adapters.iam.given import FileToken
from webhook.adapters.iam.keeper import WAIT_SECONDS, Pace, Source, TokenKeeper
from webhook.adapters.iam.timing import until_retry
from webhook.errors import Unavailable


@contextmanager
def kept(source: Source, clock: Callable[[], float], *, files: Sequence[Path] = ()) -> Iterator[TokenKeeper]:
    """Run a keeper for as long as the block does."""
    keeper = TokenKeeper(source, files=files, pace=Pace(clock, lambda: 0.5), log=LOG)
    keeper.start()
    try:
        yield keeper
    finally:
        keeper.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "iam token"]


def test_starting_waits_for_the_first_token() -> None:
    """Whoever is ready has one."""
    source = Numbered()
    with kept(source, Hurry()) as keeper:
        assert keeper.unready is None
        assert token(keeper) == "t1.secret-1"
    assert source.calls == 1


def test_starting_does_not_wait_for_ever() -> None:
    """A source that hangs keeps no process from showing that it lives."""
    release = threading.Event()
    source = Numbered(before=lambda: release.wait(20))
    began = time.monotonic()
    with kept(source, Hurry()) as keeper:
        assert time.monotonic() - began < WAIT_SECONDS + 5.0
        assert keeper.unready == "the first IAM token has not come yet"
        release.set()
        assert token(keeper) == "t1.secret-1"


@pytest.mark.parametrize("source", [Numbered(life=1000.0), Numbered(max_age=900.0, life=None)])
def test_a_token_is_renewed_before_it_ends(source: Numbered) -> None:
    """By the thread, and never by who asks: reviews do not wait for it."""
    askers: set[str] = set()
    source.before = lambda: askers.add(threading.current_thread().name)
    clock = Hurry()
    with kept(source, clock) as keeper:
        clock.moved += 905.0
        assert eventually(lambda: token(keeper) == "t1.secret-2")

    assert askers == {"iam token"}


def test_a_token_is_kept_while_renewal_fails() -> None:
    """An outage of IAM that is shorter than what is left of the token is nobody's trouble; the problem shows."""
    source, clock = Numbered(life=1000.0), Hurry()
    with kept(source, clock) as keeper:
        source.failure = Unavailable("IAM is away")
        clock.moved += 950.0
        assert eventually(lambda: keeper.problem == "IAM is away")
        assert token(keeper) == "t1.secret-1"
        assert keeper.unready is None

        source.failure = None
        assert eventually(lambda: token(keeper) == "t1.secret-2")
        assert keeper.problem is None


def test_attempts_become_rarer_while_they_fail() -> None:
    """A thousand gates must not keep a service down that comes back."""
    at: list[float] = []
    source = Numbered(failure=Unavailable("away"), before=lambda: at.append(time.monotonic()))
    with kept(source, time.monotonic) as keeper:
        assert eventually(lambda: len(at) >= 3)
        assert keeper.problem == "away"

    assert at[1] - at[0] >= until_retry(0, 0.5)
    assert at[2] - at[1] >= until_retry(1, 0.5)


def test_the_thread_outlives_a_defect() -> None:
    """What breaks once is tried again."""
    source = Numbered(failure=ZeroDivisionError("x"))
    with kept(source, Hurry()) as keeper:
        source.failure = None
        assert eventually(lambda: keeper.problem is None and keeper.unready is None)


def test_a_changed_file_is_read_without_being_asked_for(tmp_path: Path) -> None:
    """A token that is renewed in its file, or comes late, is there when it is needed."""
    mount = Mount(tmp_path / "secret")
    file = mount.folder / "token"
    with kept(FileToken(file), Hurry(), files=[file]) as keeper:
        assert "cannot be read" in (keeper.unready or "")
        mount.publish({"token": "t1.first"})
        assert eventually(lambda: keeper.unready is None)
        assert token(keeper) == "t1.first"
        mount.publish({"token": "t1.second"})
        assert eventually(lambda: token(keeper) == "t1.second")


def test_a_spoilt_file_keeps_the_token(tmp_path: Path) -> None:
    """Until it is mended, and says so."""
    file = tmp_path / "token"
    file.write_text("t1.first")
    with kept(FileToken(file), Hurry(), files=[file]) as keeper:
        replace(file, "two words")
        assert eventually(lambda: keeper.problem is not None)
        assert token(keeper) == "t1.first"
        replace(file, "t1.second")
        assert eventually(lambda: token(keeper) == "t1.second")


def test_nothing_is_asked_before_it_is_due() -> None:
    """However often the thread looks."""
    source = Numbered(life=0.02)
    with kept(source, lambda: 1000.0):
        time.sleep(0.2)
    assert source.calls == 1


def test_a_keeper_that_was_never_started_can_be_stopped() -> None:
    """A process may end before it has begun."""
    TokenKeeper(Numbered(), pace=Pace(time.monotonic, lambda: 0.0), log=LOG).stop()


def test_who_asks_is_answered_after_the_stop() -> None:
    """The last reviews of a process that is ending, or of a configuration that was replaced."""
    source = Numbered(life=100.0)
    clock = Hurry()
    with kept(source, clock) as keeper:
        pass
    clock.moved += 101.0

    assert token(keeper) == "t1.secret-2"
