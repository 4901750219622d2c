"""What all reads of the Kubernetes API share, with answers that are made up."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from webhook.adapters.cluster_reads import METADATA_LIST, PAGE_SIZE, Page, read, selected
from webhook.errors import ClusterFailed


class Thing(msgspec.Struct):
    """Something in a list."""

    name: str


@dataclass
class Pages:
    """Answers with one page after the other."""

    pages: list[str]
    asked: list[dict[str, list[str]]] = field(default_factory=list)

    def __call__(self, what: str, path: str, *, accept: str = "") -> bytes:
        """Return the next page."""
        assert (what, urlsplit(path).path, accept) == ("things", "/things", METADATA_LIST)
        self.asked.append(parse_qs(urlsplit(path).query))
        return self.pages.pop(0).encode()


def test_page_by_page() -> None:
    """Every page is asked for by the token of the one before; one without items says null."""
    get = Pages(
        [
            '{"metadata": {"continue": "a&b"}, "items": [{"name": "1"}, {"name": "2"}]}',
            '{"metadata": {"continue": "c"}, "items": null}',
            '{"metadata": {}, "items": [{"name": "3"}]}',
        ]
    )
    found = selected(get, "things", "/things", Page[Thing], selector="a=b")
    assert [each.name for each in found] == ["1", "2", "3"]
    usual = {"labelSelector": ["a=b"], "limit": [str(PAGE_SIZE)]}
    assert get.asked == [usual, usual | {"continue": ["a&b"]}, usual | {"continue": ["c"]}]


@pytest.mark.parametrize("answer", [b"", b"[]", b'{"name": 1}', b'{"name": "\xff"}', b"secret"])
def test_something_else(answer: bytes) -> None:
    """What is wrong in an answer is not shown."""
    with pytest.raises(ClusterFailed) as failed:
        read("things", Thing, answer)
    assert str(failed.value) == "things: the answer is not one"
