"""Lists, read page by page: to their end, and no further than is right."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from webhook.adapters.listing import Listing
from webhook.errors import Unavailable, Unreadable


def parse(document: Any) -> tuple[tuple[int, ...], str]:
    """Take a page as it is."""
    items, token = document
    return tuple(items), token


def listing(**changes: Any) -> Listing[int]:
    """Return a list of numbers of which three pages and ten numbers are read, with *changes*."""
    usual: dict[str, Any] = {
        "path": "/numbers",
        "query": {"filter": 'even="no"'},
        "page_size": 4,
        "pages": 3,
        "most": 10,
    }
    return Listing(what="the test", items="numbers", parse=parse, **usual | changes)


class Pages:
    """A service with pages, by token; notes what it is asked."""

    def __init__(self, pages: Mapping[str, Any]) -> None:
        """Give *pages*, the first one for no token."""
        self.pages = pages
        self.asked: list[str] = []

    def __call__(self, path: str) -> Any:
        """Return a page."""
        self.asked.append(path)
        return self.pages[parse_qs(urlsplit(path).query).get("pageToken", [""])[0]]


def test_every_page_is_asked_for_with_the_same_words() -> None:
    """Only the token changes, and it is passed on as it came."""
    pages = Pages({"": ([1, 2], "a/b +&="), "a/b +&=": ([], "c"), "c": ([3], "")})

    assert list(listing().read(pages)) == [1, 2, 3]
    assert [urlsplit(path).path for path in pages.asked] == ["/numbers"] * 3
    same = {"filter": ['even="no"'], "pageSize": ["4"]}
    assert [parse_qs(urlsplit(path).query) for path in pages.asked] == [
        same,
        same | {"pageToken": ["a/b +&="]},
        same | {"pageToken": ["c"]},
    ]


def test_no_page_is_asked_for_that_is_not_used() -> None:
    """Whoever has found what it looks for needs no further page."""
    pages = Pages({"": ([1, 2], "a")})

    assert next(listing().read(pages)) == 1
    assert len(pages.asked) == 1


@pytest.mark.parametrize(
    "pages",
    [
        {"": ([1], "a"), "a": ([2], "a")},
        {"": ([1], "a"), "a": ([2], "b"), "b": ([3], "a")},
    ],
)
def test_list_that_goes_in_circles_is_unreadable(pages: Mapping[str, Any]) -> None:
    """A token that came before leads nowhere new, however long the circle is."""
    with pytest.raises(Unreadable, match="page of numbers twice"):
        list(listing(pages=10).read(Pages(pages)))


def test_list_of_too_many_pages_is_unreadable() -> None:
    """Also pages without anything on them come to an end."""
    pages = Pages({"": ([], "1")} | {str(number): ([], str(number + 1)) for number in range(1, 9)})

    with pytest.raises(Unreadable, match="the test has more than 3 pages of numbers"):
        list(listing().read(pages))
    assert len(pages.asked) == 3


@pytest.mark.parametrize(("sizes", "whole"), [((10,), True), ((5, 5), True), ((11,), False), ((5, 6), False)])
def test_list_of_too_many_items_is_unreadable(sizes: tuple[int, ...], whole: bool) -> None:
    """As many as are allowed are read; with one more there is no list at all."""
    last = len(sizes) - 1
    pages = Pages(
        {str(place or ""): (range(size), str(place + 1) if place < last else "") for place, size in enumerate(sizes)}
    )

    if whole:
        assert len(list(listing().read(pages))) == 10
    else:
        with pytest.raises(Unreadable, match="the test has more than 10 numbers"):
            list(listing().read(pages))


def test_failure_within_a_list_is_the_failure_of_the_list() -> None:
    """Half a list is no answer."""

    def pages() -> Iterator[Any]:
        yield [1, 2], "a"
        raise Unavailable("no time is left")

    answers = pages()
    with pytest.raises(Unavailable, match="no time is left"):
        list(listing().read(lambda _: next(answers)))
