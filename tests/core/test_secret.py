"""Texts that must not be shown."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from webhook.core.secret import Secret

TOKEN = "t1.9euelZqOnJKexpWMl86Qxoqd.Abc-_123=="


@dataclass(frozen=True)
class Holder:
    """Something that holds a secret."""

    secret: Secret


@pytest.mark.parametrize(
    "show",
    [
        str,
        repr,
        "{}".format,
        "{!r}".format,
        lambda secret: f"{[secret]}",
        lambda secret: repr({"token": secret}),
        lambda secret: str(Holder(secret)),
        lambda secret: "%s %r" % (secret, secret),  # noqa: UP031 - logging formats so
        lambda secret: str(ValueError(secret)),
    ],
)
def test_a_secret_is_masked(show: Callable[[Secret], str]) -> None:
    """However a secret is printed, and in whatever, its text does not appear."""
    assert TOKEN not in show(Secret(TOKEN))
    assert "***" in show(Secret(TOKEN))


def test_a_secret_is_told_on_request() -> None:
    """Who asks for the text by name gets it."""
    assert Secret(TOKEN).reveal() == TOKEN


def test_secrets_are_compared_by_their_text() -> None:
    """Whether a configuration changed shows without showing it; a secret is not its text."""
    assert Secret(TOKEN) == Secret(TOKEN)
    assert Secret(TOKEN) != Secret("t1.other")
    assert Secret(TOKEN) != TOKEN
    assert len({Secret(TOKEN), Secret(TOKEN), Secret("t1.other")}) == 2
