"""Requests and what may be in them."""

from typing import Any

import pytest

from tests.emulator.serving import NOW
from webhook.emulator.faults import NotFoundAs400, PageSizeOne
from webhook.emulator.requests import Request
from webhook.emulator.status import Code, RefusedError


def request(**fields: Any) -> Request:
    """Return a request."""
    return Request(**{"method": "GET", "path": "/x", "at": NOW, "id": "id", "origin": "http://x:1", **fields})


def test_the_host_is_the_one_that_was_asked() -> None:
    """Host and port, without the scheme."""
    assert request().host == "x:1"


def test_quirks_are_known_by_their_kind() -> None:
    """A fault that strikes a request can be asked for."""
    struck = request(quirks=(PageSizeOne(),))

    assert struck.has(PageSizeOne)
    assert not struck.has(NotFoundAs400)


def test_ids_have_at_most_50_characters() -> None:
    """A longer one is an invalid argument, in the path and in the query."""
    short, long = "x" * 50, "x" * 51

    assert request(arguments={"imageId": short}).id_argument("imageId") == short
    assert request().id_parameter("imageId") == ""
    with pytest.raises(RefusedError) as caught:
        request(arguments={"imageId": long}).id_argument("imageId")
    assert caught.value.violations.keys() == {"imageId"}
    with pytest.raises(RefusedError):
        request(query={"imageId": long}).id_parameter("imageId")


def test_text_has_a_greatest_length() -> None:
    """A longer parameter is refused."""
    assert request(query={"filter": "ab"}).text_parameter("filter", 2) == "ab"
    with pytest.raises(RefusedError):
        request(query={"filter": "abc"}).text_parameter("filter", 2)


@pytest.mark.parametrize("body", [b"[1]", b"{", b'"x"', b"\xff", b"[" * 100_000, b'{"other": 1}'])
def test_a_body_is_an_object_of_known_fields(body: bytes) -> None:
    """Anything else is an invalid argument; nothing at all is an empty object."""
    assert request(body=b'{"imageId": "x"}').json_object("imageId") == {"imageId": "x"}
    assert request().json_object() == {}
    with pytest.raises(RefusedError) as caught:
        request(body=body).json_object("imageId")
    assert caught.value.code is Code.INVALID_ARGUMENT


def test_credentials_do_not_show_in_a_representation() -> None:
    """A request can be printed without giving tokens away."""
    assert "t1.secret" not in repr(request(headers={"authorization": "Bearer t1.secret"}, body=b"t1.secret"))
