"""What all reads over the paths of the Kubernetes API share: kinds of answers, pages, and how answers are read."""

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar
from urllib.parse import urlencode

import msgspec

from webhook.errors import ClusterFailed

T = TypeVar("T")

JSON = "application/json"
METADATA = f"{JSON};as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
METADATA_LIST = f"{JSON};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
"""Ask for what is said of objects, without what is in them, which is many times larger."""

PAGE_SIZE = 500
"""What kubectl takes: some megabytes, read in one go on both sides."""


class Get(Protocol):
    """Makes a call that reads."""

    def __call__(self, what: str, path: str, *, accept: str = JSON) -> bytes:
        """Return the answer, of the kind *accept*. Raises `ClusterFailed`, and messages say *what*."""
        ...


class ListMetadata(msgspec.Struct, frozen=True):
    """What is said of a list, or of a page of it."""

    following: str = msgspec.field(name="continue", default="")
    """By what the next page is asked for; empty: there is none."""
    left: int = msgspec.field(name="remainingItemCount", default=0)
    """How many are known to come behind this page."""


class Page(msgspec.Struct, Generic[T], frozen=True):
    """A page of a list."""

    metadata: ListMetadata
    items: tuple[T, ...] | None = None
    """An API server writes null where there is none."""


def read(what: str, kind: type[T], answer: bytes | msgspec.Raw) -> T:
    """Read an answer. What is wrong in it is not shown: it may be a private key.

    Raises:
        ClusterFailed: it is something else; the message says *what*.
    """
    try:
        return msgspec.json.decode(answer, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ClusterFailed(f"{what}: the answer is not one") from error


def selected(get: Get, what: str, path: str, kind: type[Page[T]], *, selector: str) -> Iterator[T]:
    """Yield the metadata of the objects below *path* that *selector*, a label selector, selects, page by page."""
    token = ""
    while True:
        more = {"continue": token} if token else {}
        query = urlencode({"labelSelector": selector, "limit": PAGE_SIZE, **more})
        page = read(what, kind, get(what, f"{path}?{query}", accept=METADATA_LIST))
        yield from page.items or ()
        token = page.metadata.following
        if not token:
            return
