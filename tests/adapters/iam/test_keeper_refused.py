"""The token keeper where the registry refuses its token: another one, once, or the reason why there is none."""

from contextlib import suppress
from pathlib import Path

import pytest

from tests.adapters.iam.keeping import ADVICE, HOUR, LOG, Keeping, Numbered
from webhook.adapters.iam.given import FileToken, GivenToken
from webhook.adapters.iam.keeper import Pace, Source, TokenKeeper
from webhook.adapters.iam.timing import FAILURE_SECONDS, FRESH_SECONDS
from webhook.core.deadline import Deadline
from webhook.core.secret import Secret
from webhook.errors import LookupFailed, Unauthorized, Unavailable, Unreadable


def old(source: Numbered) -> Keeping:
    """Return a keeper whose first token is old enough to be replaced."""
    keeping = Keeping(source)
    keeping.token()
    keeping.now += FRESH_SECONDS
    return keeping


def refused(keeping: Keeping, stale: str) -> str:
    """Return why there is no other token."""
    with pytest.raises(Unauthorized) as caught:
        keeping.renewed(stale)
    return str(caught.value)


def test_a_refused_token_is_replaced() -> None:
    """It may have been revoked, or a clock may be wrong; from then on the new one is used."""
    keeping = old(Numbered())

    assert keeping.renewed("1") == "2"
    assert keeping.token() == "2"


def test_a_token_is_replaced_once_for_all_who_were_refused() -> None:
    """A burst of refusals is one call: who comes later is given what is there."""
    keeping = old(Numbered())

    assert {keeping.renewed("1") for _ in range(1000)} == {"2"}
    assert keeping.source.calls == 2


def test_a_fresh_token_is_not_replaced() -> None:
    """Another one would fare no better; who reads of it is told what may be wrong."""
    keeping = Keeping(Numbered())
    keeping.token()
    keeping.now += FRESH_SECONDS - 0.1

    assert refused(keeping, "1") == f"the registry refuses the gate's IAM token: {ADVICE}"
    assert keeping.source.calls == 1


def test_a_registry_that_refuses_everything_does_not_make_the_gate_ask_in_a_circle() -> None:
    """In an hour of refusals each new token is replaced when it is no longer fresh, and not sooner."""
    keeping = old(Numbered())
    stale = "1"
    for _ in range(3600):
        with suppress(Unauthorized):
            stale = keeping.renewed(stale)
        keeping.now += 1.0

    assert keeping.source.calls <= 1 + 3600 / FRESH_SECONDS


def test_a_source_that_gives_the_same_token_again_has_no_other() -> None:
    """The metadata service and a file do so; a burst of refusals is not a burst of questions."""
    keeping = old(Numbered(same=True))
    for _ in range(1000):
        assert ADVICE in refused(keeping, "1")
    assert keeping.source.calls == 2

    keeping.now += FAILURE_SECONDS
    keeping.source.same = False
    assert keeping.renewed("1") == "2"


@pytest.mark.parametrize("failure", [Unavailable("IAM is away"), Unauthorized("no key"), Unreadable("garbage")])
def test_there_is_no_other_where_renewal_fails(failure: LookupFailed) -> None:
    """It is the gate's credentials that are said to be wrong, and why there are no others; one call for a thousand."""
    keeping = old(Numbered())
    keeping.source.failure = failure
    for _ in range(1000):
        assert refused(keeping, "1") == f"the registry refuses the gate's IAM token, and there is no other: {failure}"

    assert keeping.source.calls == 2
    assert keeping.keeper.problem == str(failure)


def test_without_any_token_there_is_nothing_to_renew() -> None:
    """A refusal of a token that this keeper never gave."""
    assert ADVICE in refused(Keeping(Numbered()), "7")


def kept(source: Source, now: list[float]) -> TokenKeeper:
    """Return a keeper by a clock that *now* holds."""
    return TokenKeeper(source, pace=Pace(lambda: now[0], lambda: 0.0), log=LOG)


def test_a_file_that_was_replaced_holds_another_token(tmp_path: Path) -> None:
    """A refusal is the moment to look into it, be it days old or not; without another, it is said which file."""
    file, now = tmp_path / "token", [0.0]
    file.write_text("t1.first")
    keeper = kept(FileToken(file), now)
    deadline = Deadline(20 * HOUR, lambda: now[0])
    assert keeper.token(deadline) == "t1.first"
    now[0] = 9 * HOUR
    with pytest.raises(Unauthorized, match=f"that in {file} has ended or was revoked"):
        keeper.renewed("t1.first", deadline)

    file.write_text("t1.second\n")
    now[0] += FAILURE_SECONDS

    assert keeper.renewed("t1.first", deadline) == keeper.token(deadline) == "t1.second"


def test_there_is_no_other_token_in_the_environment() -> None:
    """Who tries things out is told that the token has ended, and how to get another."""
    now = [0.0]
    keeper = kept(GivenToken(Secret("t1.given")), now)
    deadline = Deadline(20 * HOUR, lambda: now[0])
    keeper.token(deadline)
    now[0] = 13 * HOUR

    with pytest.raises(Unauthorized, match=r"that in YC_TOKEN has ended .* \(yc iam create-token\)"):
        keeper.renewed("t1.given", deadline)
