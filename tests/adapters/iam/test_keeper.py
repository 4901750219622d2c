"""The token keeper, in time that stands still: what it gives, when it asks, and what it says."""

import logging
import traceback
from contextlib import nullcontext

import pytest

from tests.adapters.iam.keeping import ADVICE, HOUR, Keeping, Numbered
from webhook.adapters.iam.timing import FAILURE_SECONDS, FRESH_SECONDS
from webhook.core.deadline import Deadline
from webhook.errors import LookupFailed, NotFound, Unauthorized, Unavailable, Unreadable


def test_the_first_token_is_got_when_it_is_asked_for() -> None:
    """And kept: a thousand reviews are one call."""
    keeping = Keeping(Numbered())

    assert {keeping.token() for _ in range(1000)} == {"1"}
    assert keeping.source.calls == 1


def test_a_token_that_has_ended_is_not_given() -> None:
    """Where the thread has not renewed it, whoever asks does, in its own time."""
    keeping = Keeping(Numbered(life=100.0))
    keeping.token()
    keeping.now += 99.9
    assert keeping.token() == "1"
    keeping.now += 0.1
    assert keeping.token() == "2"
    assert keeping.source.deadlines == [5.0, pytest.approx(5.0)]


def test_a_token_without_an_end_is_given_for_ever() -> None:
    """Nobody knows better; the registry will say."""
    keeping = Keeping(Numbered(life=None))
    keeping.token()
    keeping.now += 1000 * HOUR

    assert keeping.token() == "1"


@pytest.mark.parametrize("kind", [Unauthorized, Unavailable, Unreadable, NotFound])
def test_a_failure_is_the_answer_of_who_asks(kind: type[LookupFailed]) -> None:
    """Of its kind and in its words, each time with a traceback of its own."""
    keeping = Keeping(Numbered(failure=kind("why")))
    failures = [keeping.fails() for _ in range(50)]

    assert {(type(failure), str(failure)) for failure in failures} == {(kind, "why")}
    assert len({id(failure) for failure in failures}) == 50
    assert len(traceback.extract_tb(failures[-1].__traceback__)) < 10


def test_a_thousand_callers_are_one_call_while_it_fails() -> None:
    """After a failure nobody asks for a moment; then one does."""
    keeping = Keeping(Numbered(failure=Unavailable("away")))
    for _ in range(1000):
        keeping.fails()
    assert keeping.source.calls == 1

    keeping.now += FAILURE_SECONDS
    for _ in range(1000):
        keeping.fails()
    assert keeping.source.calls == 2

    keeping.source.failure = None
    keeping.now += FAILURE_SECONDS
    assert keeping.token() == "1"


def test_an_outage_of_days_breaks_nothing() -> None:
    """The pauses have a bound, and so has the number that they double by."""
    keeping = Keeping(Numbered(failure=Unavailable("away")))
    for _ in range(1100):
        assert str(keeping.fails()) == "away"
        keeping.now += FAILURE_SECONDS

    keeping.source.failure = None
    assert keeping.token() == "1"
    assert keeping.keeper.problem is None


def test_a_defect_is_an_outage_and_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """A source that breaks takes nothing with it; what it broke on is in the log."""
    keeping = Keeping(Numbered(failure=ZeroDivisionError("x")))
    failure = keeping.fails()

    assert isinstance(failure, Unavailable)
    assert str(failure) == keeping.keeper.problem == "the attempt to get an IAM token ended with a fault of the gate"
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(
    ("failure", "unready"),
    [
        (Unavailable("away"), None),
        (Unauthorized("refused"), "refused"),
        (Unreadable("garbage"), "garbage"),
        (NotFound("none"), "none"),
    ],
)
def test_a_gate_is_unready_without_credentials_but_not_for_an_outage(
    failure: LookupFailed, unready: str | None
) -> None:
    """What somebody has to set right keeps a rollout from going on; in an outage the gate must be there to say so."""
    keeping = Keeping(Numbered(failure=failure))
    assert keeping.keeper.unready == "the first IAM token has not come yet"

    keeping.fails()

    assert keeping.keeper.unready == unready
    assert keeping.keeper.problem == str(failure)


def test_a_gate_that_had_a_token_stays_ready() -> None:
    """Taking every gate out of service because the key was deleted would help nobody; the problem shows."""
    keeping = Keeping(Numbered(life=100.0))
    keeping.token()
    keeping.source.failure = Unauthorized("Key not found")
    keeping.now += 101
    keeping.fails()

    assert keeping.keeper.unready is None
    assert keeping.keeper.problem == "Key not found"


def test_who_waits_for_another_gives_up_in_time() -> None:
    """The deadline of a review is its own, whoever is asking meanwhile."""
    late: list[str] = []

    def meanwhile() -> None:
        with pytest.raises(Unavailable) as caught:
            keeping.keeper.token(Deadline(keeping.now, lambda: keeping.now))
        late.append(str(caught.value))

    keeping = Keeping(Numbered(before=meanwhile))
    keeping.token()

    assert late == ["no IAM token came before the deadline"]


def test_a_failure_is_told_once_and_its_end_as_well(caplog: pytest.LogCaptureFixture) -> None:
    """An outage of hours is not a line each second; another failure is another line."""
    caplog.set_level(logging.INFO)
    keeping = Keeping(Numbered())
    for failure in (Unavailable("away"), Unavailable("away"), Unauthorized("refused"), Unauthorized("refused"), None):
        keeping.source.failure = failure
        with pytest.raises(LookupFailed) if failure else nullcontext():
            keeping.token()
        keeping.now += FAILURE_SECONDS

    assert [record.getMessage() for record in caplog.records] == [
        "no new IAM token: away",
        "no new IAM token: refused",
        "the gate has an IAM token again",
    ]


def test_no_token_is_ever_shown(caplog: pytest.LogCaptureFixture) -> None:
    """Not by the keeper, its parts, its log or its failures."""
    caplog.set_level(logging.DEBUG)
    keeping = Keeping(Numbered(life=100.0))
    keeping.token()
    keeping.now += FRESH_SECONDS
    keeping.renewed("1")
    keeping.source.failure = Unauthorized(ADVICE)
    keeping.now += 101
    shown = "".join(traceback.format_exception(keeping.fails()))

    keeper = keeping.keeper
    shown += f"{keeper} {keeper!r} {vars(keeper)} {keeper.problem} {keeper.unready} {caplog.text}"
    assert "Secret(***)" in shown
    assert not any(f"secret-{number}" in shown for number in range(10))


def test_the_end_of_the_token_is_known() -> None:
    """As long as there is one, and where its source says so."""
    keeping, endless = Keeping(Numbered(life=100.0)), Keeping(Numbered(life=None))
    left = [keeping.keeper.seconds_left]
    keeping.token()
    endless.token()
    keeping.now += 30.0

    assert [*left, keeping.keeper.seconds_left, endless.keeper.seconds_left] == [None, 70.0, None]
