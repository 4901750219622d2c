"""Calls of the Container Registry API: the token, and what each status means."""

from typing import Any

import pytest

from tests.builders import SCAN_ID
from tests.wire import DEADLINE, SCAN, Wire, registry, reply
from webhook.adapters.http import Reply
from webhook.errors import LookupFailed, NotFound, Unauthorized, Unavailable, Unreadable

STATUS = {"code": 5, "message": "Scan result not found", "details": []}


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (404, STATUS, NotFound),
        (400, STATUS, NotFound),
        (404, ["no status"], Unreadable),
        (404, {"message": 5}, Unreadable),
        (401, STATUS, Unauthorized),
        (403, STATUS, Unauthorized),
        (408, STATUS, Unavailable),
        (429, STATUS, Unavailable),
        (500, STATUS, Unavailable),
        (503, {}, Unavailable),
        (302, STATUS, Unreadable),
        (204, STATUS, Unreadable),
    ],
)
def test_each_status_has_its_meaning(status: int, body: Any, failure: type[LookupFailed]) -> None:
    """Only the API itself is believed that something does not exist."""
    with pytest.raises(failure) as caught:
        registry(Wire(reply(body, status))).scan(SCAN_ID, DEADLINE)
    assert type(caught.value) is failure
    assert "t1." not in str(caught.value)


@pytest.mark.parametrize("status", [404, 503])
def test_a_body_that_is_no_json_is_no_status(status: int) -> None:
    """A proxy's error page neither makes a scan gone nor is shown to anybody."""
    with pytest.raises(LookupFailed) as caught:
        registry(Wire(Reply(status, {}, b"<html>"))).scan(SCAN_ID, DEADLINE)
    assert not isinstance(caught.value, NotFound)
    assert "html" not in str(caught.value)


def test_what_an_error_says_is_passed_on() -> None:
    """The service's own words help whoever is paged, in printable characters."""
    with pytest.raises(Unauthorized, match=r"with 403: Permission\\u000adenied"):
        registry(Wire(reply({"message": "Permission\ndenied"}, 403))).scan(SCAN_ID, DEADLINE)


def test_a_token_that_ended_is_renewed_once() -> None:
    """One 401 gets a new token and a second try."""
    wire = Wire(reply({}, 401), reply(SCAN))
    assert registry(wire).scan(SCAN_ID, DEADLINE).id == SCAN_ID
    assert [headers["Authorization"] for _, _, headers, _ in wire.sent] == ["Bearer t1.0", "Bearer t1.1"]


def test_a_second_401_is_the_answer() -> None:
    """It is not tried for ever."""
    wire = Wire(reply(STATUS, 401))
    with pytest.raises(Unauthorized):
        registry(wire).scan(SCAN_ID, DEADLINE)
    assert len(wire.sent) == 2
