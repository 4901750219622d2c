"""How a service that gives tokens is asked, and what its refusals mean."""

from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from tests.adapters.iam.services import TOKEN, Wire, everything_shown, reply
from tests.builders import NOW
from tests.fakes import DEADLINE
from webhook.adapters.http import Reply
from webhook.adapters.iam.asking import TokenService
from webhook.errors import LookupFailed, Unauthorized, Unavailable, Unreadable

URL = "https://iam.example/iam/v1/tokens"


def ask(answer: Reply) -> Any:
    """Ask a service that gives one answer."""
    service = TokenService("IAM", Wire(answer), lambda: NOW)
    return service.ask("POST", URL, headers={"X": "y"}, deadline=DEADLINE, body=b"{}")


def refused(answer: Reply) -> LookupFailed:
    """Return the failure that an answer means."""
    with pytest.raises(LookupFailed) as caught:
        ask(answer)
    return caught.value


def test_what_is_sent_is_sent_as_it_is() -> None:
    """Method, address, headers and body are the caller's."""
    wire = Wire(reply({}))
    TokenService("IAM", wire, lambda: NOW).ask("POST", URL, headers={"X": "y"}, deadline=DEADLINE, body=b"{}")

    assert wire.sent == [("POST", URL, {"X": "y"}, b"{}")]


def test_an_answer_is_its_json() -> None:
    """What it means is for the caller to know."""
    assert ask(reply({"iamToken": TOKEN})) == {"iamToken": TOKEN}


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (400, Unauthorized, "IAM refused with 400: why"),
        (401, Unauthorized, "IAM refused with 401: why"),
        (403, Unauthorized, "IAM refused with 403: why"),
        (404, Unauthorized, "IAM refused with 404: why"),
        (301, Unauthorized, "IAM refused with 301: why"),
        (204, Unauthorized, "IAM refused with 204: why"),
        (408, Unavailable, "IAM answered 408: why"),
        (429, Unavailable, "IAM answered 429: why"),
        (500, Unavailable, "IAM answered 500: why"),
        (503, Unavailable, "IAM answered 503: why"),
    ],
)
def test_a_status_is_a_refusal_or_an_outage(status: int, kind: type[LookupFailed], said: str) -> None:
    """An outage passes by itself, a refusal does not; either is told in the service's own words."""
    failure = refused(reply({"code": 16, "message": "why"}, status))

    assert (type(failure), str(failure)) == (kind, said)


def test_a_refusal_without_words() -> None:
    """A page of a proxy is not quoted."""
    assert str(refused(Reply(403, {}, b"<html>x</html>"))) == "IAM refused with 403: -"


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", TOKEN.encode()])
def test_an_answer_that_is_no_json(body: bytes) -> None:
    """It is said whose answer it is, and not shown: it may hold a token."""
    failure = refused(Reply(200, {}, body))

    assert (type(failure), str(failure)) == (Unreadable, "IAM's answer is not JSON")
    assert TOKEN not in everything_shown(failure)


@pytest.mark.parametrize(
    ("ahead", "hint"),
    [
        (300, "; this machine's clock is 300 s ahead: set it right"),
        (60, "; this machine's clock is 60 s ahead: set it right"),
        (59, ""),
        (0, ""),
        (-59, ""),
        (-60, "; this machine's clock is 60 s behind: set it right"),
        (-7200, "; this machine's clock is 7200 s behind: set it right"),
    ],
)
def test_a_clock_that_is_wrong_is_named_as_a_cause(ahead: int, hint: str) -> None:
    """The service says in each answer what time it is; a signature by a wrong clock counts for nothing."""
    date = format_datetime(NOW - timedelta(seconds=ahead), usegmt=True)
    failure = refused(reply({"message": "JWT is expired"}, 401, Date=date))

    assert str(failure) == f"IAM refused with 401: JWT is expired{hint}"


@pytest.mark.parametrize("date", ["", "yesterday", "Tue, 99999999999 Nov 2026 12:00:00 GMT"])
def test_a_date_that_is_none_says_nothing_of_the_clock(date: str) -> None:
    """And breaks nothing."""
    assert str(refused(reply({"message": "no"}, 401, Date=date))) == "IAM refused with 401: no"
