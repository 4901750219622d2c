"""Filters, orders and pages."""

import base64
from typing import Any

import pytest

from tests.emulator.serving import NOW
from webhook.emulator.answers import Message
from webhook.emulator.faults import PageSizeOne, RepeatPageToken
from webhook.emulator.listing import MAX_TOKEN, filtered, ordered, page
from webhook.emulator.requests import Request
from webhook.emulator.status import Code, RefusedError

ITEMS = [{"name": name, "rank": rank} for name, rank in (("b", 2), ("a", 2), ("c", 1))]
FIELDS = {"name": lambda item: str(item["name"]), "rank": lambda item: item["rank"]}


def request(*quirks: Any, path: str = "/items", **query: str) -> Request:
    """Return a request with a query."""
    return Request(method="GET", path=path, at=NOW, id="id", origin="http://x", query=query, quirks=quirks)


def names(message: Message) -> str:
    """Return the names on a page."""
    return "".join(item["name"] for item in message.get("items", ()))


def ask(*quirks: Any, **query: str) -> Message:
    """Return a page of the items."""
    return page(ITEMS, request(*quirks, **query), "items", dict)


@pytest.mark.parametrize(("text", "found"), [("", "bac"), ('name="a"', "a"), (' name = "c" ', "c"), ('name="z"', "")])
def test_a_filter_is_one_comparison(text: str, found: str) -> None:
    """One field, `=`, a value in double quotes."""
    items = filtered(ITEMS, request(filter=text), {"name": FIELDS["name"]})

    assert "".join(str(item["name"]) for item in items) == found


@pytest.mark.parametrize("text", ["name", "name=a", "name='a'", 'rank="2"', 'name="a" AND name="b"', "x" * 1001])
def test_any_other_filter_is_refused(text: str) -> None:
    """A filter that the service would not understand is an invalid argument."""
    with pytest.raises(RefusedError) as caught:
        filtered(ITEMS, request(filter=text), {"name": FIELDS["name"]})

    assert caught.value.violations.keys() == {"filter"}


@pytest.mark.parametrize(
    ("text", "found"),
    [("", "bac"), ("name", "abc"), ("name desc", "cba"), ("rank,name", "cab"), ("rank DESC, name", "abc")],
)
def test_an_order_is_a_list_of_fields(text: str, found: str) -> None:
    """The first field counts most; each may go down."""
    items = ordered(ITEMS, request(orderBy=text), FIELDS)

    assert "".join(str(item["name"]) for item in items) == found


@pytest.mark.parametrize("text", ["size", "name up", "name,,rank", "x" * 101])
def test_any_other_order_is_refused(text: str) -> None:
    """An order by something else is an invalid argument."""
    with pytest.raises(RefusedError) as caught:
        ordered(ITEMS, request(orderBy=text), FIELDS)

    assert caught.value.violations.keys() == {"orderBy"}


def test_pages_follow_one_another_until_there_is_no_token() -> None:
    """The token of a page leads to the next; the last one has none."""
    first = ask(pageSize="2")
    second = ask(pageSize="2", pageToken=first["nextPageToken"])

    assert (names(first), names(second)) == ("ba", "c")
    assert "nextPageToken" not in second
    assert len(first["nextPageToken"]) <= MAX_TOKEN


def test_an_empty_list_is_an_empty_message() -> None:
    """Nothing is `{}`."""
    assert page([], request(), "items", dict) == {}


def test_a_page_holds_a_hundred_items_unless_asked_otherwise() -> None:
    """0 means the default as well, and 1000 is the most."""
    many = [{"name": "x"}] * 1001

    assert len(page(many, request(), "items", dict)["items"]) == 100
    assert len(page(many, request(pageSize="0"), "items", dict)["items"]) == 100
    assert len(page(many, request(pageSize="1000"), "items", dict)["items"]) == 1000


@pytest.mark.parametrize("size", ["1001", "-1", "x", "1.5", "١"])
def test_a_wrong_page_size_is_refused(size: str) -> None:
    """Only whole numbers from 0 to 1000."""
    with pytest.raises(RefusedError) as caught:
        ask(pageSize=size)

    assert caught.value.code is Code.INVALID_ARGUMENT


@pytest.mark.parametrize("token", ["x", "é", "a" * 101, base64.urlsafe_b64encode(b"2.0000").decode()])
def test_a_token_that_was_made_up_is_refused(token: str) -> None:
    """Tokens are opaque and sealed."""
    with pytest.raises(RefusedError) as caught:
        ask(pageToken=token)

    assert caught.value.violations.keys() == {"pageToken"}


def test_a_token_belongs_to_its_list() -> None:
    """With another filter or path it is refused."""
    token = ask(pageSize="2")["nextPageToken"]

    for other in (request(pageToken=token, filter='name="a"'), request(pageToken=token, path="/others")):
        with pytest.raises(RefusedError):
            page(ITEMS, other, "items", dict)


def test_a_fault_puts_one_item_on_each_page() -> None:
    """Whatever size was asked for, all items come in the end."""
    found, token = "", ""
    for _ in ITEMS:
        answer = ask(PageSizeOne(), pageSize="1000", pageToken=token)
        found, token = found + names(answer), answer.get("nextPageToken", "")

    assert (found, token) == ("bac", "")


def test_a_fault_gives_the_same_page_again_and_again() -> None:
    """Whoever follows its tokens never ends."""
    first = ask(RepeatPageToken())
    second = ask(RepeatPageToken(), pageToken=first["nextPageToken"])

    assert first == second
    assert names(first) == "bac"
