"""IAM tokens, as the services that give them write them."""

import json
import traceback
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import NOW
from webhook.core.secret import Secret
from webhook.core.times import render_time
from webhook.core.tokens import (
    MAX_LIFE_SECONDS,
    Grant,
    parse_iam_grant,
    parse_oauth_grant,
    parse_refusal,
    parse_token,
)
from webhook.errors import Invalid, Unreadable

TOKEN = "t1.9euelZqOnJKexpWMl86Qxoqd.Abc-_123=="

BAD_TOKENS = [
    pytest.param(f"{TOKEN}\r\nX-Evil: 1", id="line end"),
    pytest.param(f"{TOKEN}\n", id="newline"),
    pytest.param(f"{TOKEN} {TOKEN}", id="blank"),
    pytest.param("", id="empty"),
    pytest.param(f"{TOKEN}\x00", id="NUL"),
    pytest.param(f"{TOKEN}\x7f", id="DEL"),
    pytest.param(f"{TOKEN}é", id="not ASCII"),
    pytest.param(TOKEN + "x" * 8192, id="too long"),
]


def test_a_token_is_any_printable_text() -> None:
    """What is in it is for IAM to know; only its length is bounded."""
    for text in (TOKEN, "x", "~" * 8192):
        assert parse_token(text).reveal() == text


@pytest.mark.parametrize("text", BAD_TOKENS)
def test_what_could_end_a_header_is_no_token(text: str) -> None:
    """Blanks, line ends and other alphabets are refused, without being shown."""
    with pytest.raises(Invalid) as caught:
        parse_token(text)
    assert TOKEN not in shown(caught.value)


def iam_grant(seconds: float, **fields: Any) -> Grant:
    """Read an answer of IAM with a token that ends in so many seconds."""
    ends = render_time(NOW + timedelta(seconds=seconds))
    return parse_iam_grant({"iamToken": TOKEN, "expiresAt": ends} | fields, NOW)


def test_iam_says_when_a_token_ends() -> None:
    """Its moment becomes a length of time, counted from now; what else the answer says is passed over."""
    assert iam_grant(600.0) == Grant(Secret(TOKEN), 600.0)
    assert iam_grant(600.0, subject={"id": "aje"}) == Grant(Secret(TOKEN), 600.0)


@pytest.mark.parametrize(
    ("seconds", "believed"),
    [
        (MAX_LIFE_SECONDS, MAX_LIFE_SECONDS),
        (MAX_LIFE_SECONDS + 1, MAX_LIFE_SECONDS),
        (10_000_000.0, MAX_LIFE_SECONDS),
        (1.0, 1.0),
        (0.0, None),
        (-1.0, None),
        (-10_000_000.0, None),
    ],
)
def test_a_clock_that_is_wrong_does_not_end_a_fresh_token(seconds: float, believed: float | None) -> None:
    """No token lives longer than 12 hours, and one that was just given is not at its end."""
    assert iam_grant(seconds).seconds == believed


@pytest.mark.parametrize(
    "fields",
    [{"iamToken": None}, {"iamToken": 7}, {"iamToken": f"{TOKEN}\n"}, {"iamToken": ""}]
    + [{"expiresAt": value} for value in (None, 1782565238, "", "soon", "2026-13-01T00:00:00Z", "x" * 10_000, TOKEN)],
)
def test_an_answer_of_iam_without_token_or_end(fields: dict[str, Any]) -> None:
    """It is said which field is wrong; the token is not shown."""
    with pytest.raises(Unreadable, match=next(iter(fields))) as caught:
        iam_grant(600.0, **fields)
    assert TOKEN not in shown(caught.value)
    assert len(str(caught.value)) < 300


def oauth_grant(**fields: Any) -> Grant:
    """Read an answer of the metadata service."""
    return parse_oauth_grant({"access_token": TOKEN, "expires_in": 600, "token_type": "Bearer"} | fields)


@pytest.mark.parametrize(
    ("seconds", "believed"), [(600, 600.0), (0, None), (43200, 43200.0), (43201, 43200.0), (10**400, 43200.0)]
)
def test_the_metadata_service_says_how_long_a_token_lives(seconds: int, believed: float | None) -> None:
    """Seconds from now; no number is too large to be read."""
    assert oauth_grant(expires_in=seconds) == Grant(Secret(TOKEN), believed)


@pytest.mark.parametrize(
    "fields",
    [{"access_token": None}, {"access_token": [TOKEN]}, {"access_token": f"{TOKEN} "}]
    + [{"expires_in": value} for value in (None, -1, "600", 600.0, True, float("nan"))],
)
def test_an_oauth_answer_without_token_or_end(fields: dict[str, Any]) -> None:
    """A token that ends at no known time, and a text that is no token, are refused; nothing is shown."""
    with pytest.raises(Unreadable, match=next(iter(fields))) as caught:
        oauth_grant(**fields)
    assert TOKEN not in shown(caught.value)


@pytest.mark.parametrize("document", [None, True, 7, "text", [], [TOKEN], {}, {TOKEN: TOKEN}])
def test_an_answer_of_another_shape_holds_no_token(document: Any) -> None:
    """Whatever JSON it is."""
    with pytest.raises(Unreadable):
        parse_oauth_grant(document)
    with pytest.raises(Unreadable):
        parse_iam_grant(document, NOW)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"code": 16, "message": "Key not found"}, "Key not found"),
        ({"error": "invalid_grant", "error_description": "no such subject"}, "no such subject"),
        ({"error": "invalid_grant"}, "invalid_grant"),
        ({"message": "", "error": "x"}, "x"),
        ({"message": 7}, None),
        ({"message": "two\nlines"}, "two\\u000alines"),
        ({}, None),
        ([], None),
        ("text", None),
    ],
)
def test_a_refusal_is_put_in_words(document: Any, said: str | None) -> None:
    """Of google.rpc.Status and of OAuth; whatever else it is says nothing."""
    assert parse_refusal(json.dumps(document).encode()) == said


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"[" * 100_000])
def test_a_refusal_that_is_no_json_says_nothing(body: bytes) -> None:
    """A proxy's page is not quoted."""
    assert parse_refusal(body) is None


def test_a_long_refusal_is_cut() -> None:
    """A message is a line, however much a service has to say."""
    assert len(parse_refusal(json.dumps({"message": "x" * 10_000}).encode()) or "") == 200


def shown(error: BaseException) -> str:
    """Return everything that is ever shown of *error*."""
    return "".join(traceback.format_exception(error)) + repr(error) + repr(error.args)
