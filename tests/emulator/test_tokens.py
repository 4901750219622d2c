"""Tokens that the emulator issues."""

import re
from datetime import timedelta

import pytest

from tests.emulator.serving import NOW
from webhook.emulator.tokens import IAM, PULL, Mint

HOUR = timedelta(hours=1)


def test_a_token_has_the_form_of_iams() -> None:
    """`t1.`, claims, and 86 characters of a seal."""
    token, expires = Mint("s").issue("aje1", kind=IAM, at=NOW, seconds=3600)

    assert re.fullmatch(r"t1\.[A-Za-z0-9_-]+=*\.[A-Za-z0-9_-]{86}=*", token)
    assert expires == NOW + HOUR


def test_a_token_is_good_until_it_expires() -> None:
    """And only for what it was issued for."""
    mint = Mint("s")
    token, _ = mint.issue("aje1", kind=IAM, at=NOW, seconds=3600)

    assert mint.account_of(token, kind=IAM, at=NOW) == "aje1"
    assert mint.account_of(token, kind=PULL, at=NOW) is None
    assert mint.account_of(token, kind=IAM, at=NOW + HOUR) is None


def test_a_token_of_another_mint_is_not_recognised() -> None:
    """The seal follows from the seed; each token is another one."""
    token, _ = Mint("a").issue("aje1", kind=IAM, at=NOW, seconds=3600)
    other, _ = Mint("a").issue("aje1", kind=IAM, at=NOW, seconds=3600)

    assert Mint("a").account_of(token, kind=IAM, at=NOW) == "aje1"
    assert Mint("b").account_of(token, kind=IAM, at=NOW) is None
    assert other == token


def test_two_tokens_of_one_mint_differ() -> None:
    """A new token is not the old one."""
    mint = Mint("s")

    assert mint.issue("aje1", kind=IAM, at=NOW, seconds=1) != mint.issue("aje1", kind=IAM, at=NOW, seconds=1)


def test_a_revoked_token_is_good_for_nothing() -> None:
    """Revoking one leaves the others alone."""
    mint = Mint("s")
    (first, _), (second, _) = (mint.issue("aje1", kind=IAM, at=NOW, seconds=60) for _ in range(2))
    mint.revoke(first)

    assert mint.account_of(first, kind=IAM, at=NOW) is None
    assert mint.account_of(second, kind=IAM, at=NOW) == "aje1"


@pytest.mark.parametrize("token", ["", "t1.a", "t1.a.b", "t1.é.é", "t1.a.b.c", "x"])
def test_rubbish_is_nobodys(token: str) -> None:
    """No text makes the mint fail."""
    assert Mint("s").account_of(token, kind=IAM, at=NOW) is None
