"""Lists of the API, read page by page and never for ever."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from webhook.core.answer_pages import Page
from webhook.errors import Unreadable

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[Item]):
    """A list, and how much of it is read."""

    what: str
    """What has the list, and what is on it, for messages: `image crp1`, `scans`."""
    items: str
    path: str
    query: Mapping[str, str | int]
    """The same for each page: the API binds a token to it."""
    parse: Callable[[Any], Page[Item]]
    page_size: int
    pages: int
    """A service may put less on a page than it is asked for."""
    most: int
    """Items."""

    def read(self, get: Callable[[str], Any]) -> Iterator[Item]:
        """Yield the items, with *get* for what the API answers to a path; a page is got when the last one is used up.

        Raises:
            Unreadable: the list goes in circles, or is longer than what is read of one.
        """
        token, seen, number = "", set[str](), 0
        for _ in range(self.pages):
            items, token = self.parse(get(self._address(token)))
            number += len(items)
            if number > self.most:
                raise Unreadable(f"{self.what} has more than {self.most} {self.items}")
            yield from items
            if not token:
                return
            if token in seen:
                raise Unreadable(f"the registry gave a page of {self.items} twice")
            seen.add(token)
        raise Unreadable(f"{self.what} has more than {self.pages} pages of {self.items}")

    def _address(self, token: str) -> str:
        place = {"pageToken": token} if token else {}
        return f"{self.path}?{urlencode({**self.query, 'pageSize': self.page_size, **place})}"
