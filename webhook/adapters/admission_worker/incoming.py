"""A request on its way, put together from the pieces that come."""

from dataclasses import dataclass

from webhook.adapters.admission_worker.heads import Address, Head, Heads, Refused

_HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Request:
    """A request that can be answered."""

    head: Head
    length: int | None
    """Bytes of the body, as the head says."""
    body: bytes
    whole: bool
    """Whether all of the body came."""


Heard = Request | Refused | None
"""What has come: a request, one that is refused, or less than a whole one."""


class Incoming:
    """What has come of the next request of a connection."""

    __slots__ = ("_body_bytes", "_chunks", "_heads", "_length", "_peer", "_start", "head", "held")

    def __init__(self, heads: Heads, peer: Address, body_bytes: int) -> None:
        """Read heads with *heads*, and no body of more than *body_bytes*."""
        self._heads, self._peer, self._body_bytes = heads, peer, body_bytes
        self.head: Head | None = None
        """The head, as long as it waits for its body."""
        self.held = 0
        """Bytes of an unfinished body."""
        self._start = b""
        self._length: int | None = 0
        self._chunks: list[bytes] = []

    @property
    def begun(self) -> bool:
        """Whether there is something of a request."""
        return self.head is not None or bool(self._start)

    def take(self, data: bytes) -> Heard:
        """Take a piece, and return the request once there is one."""
        if self.head is None:
            return self._begin(self._start + data if self._start else data)
        self._chunks.append(data)
        self.held += len(data)
        return self._finished(self.head)

    def left_over(self) -> Heard:
        """Return the request that came in one piece with the one before, if it did."""
        start, self._start = self._start, b""
        return self._begin(start) if start else None

    def cut_off(self) -> Request | None:
        """Return as much of a request as has come, if its head has; the rest will not be waited for."""
        return None if self.head is None else self._request(self.head, whole=False)

    def forget(self) -> None:
        """Let go of what has come."""
        self._start, self.head, self._chunks, self.held = b"", None, [], 0

    def _begin(self, data: bytes) -> Heard:
        end = data.find(_HEAD_END) + len(_HEAD_END)
        if end < len(_HEAD_END):
            self._start = data
            return self._heads.check(data, self._peer)
        said = self._heads.read(data[:end], self._peer)
        if isinstance(said, Refused):
            return said
        head, self._length = said
        self._start, self._chunks, self.held = b"", [data[end:]], len(data) - end
        request = self._finished(head)
        if request is None:
            self.head = head
        return request

    def _finished(self, head: Head) -> Request | None:
        """Return the request if there is nothing to wait for, or no use in it."""
        length = self._length or 0
        if self.held > length:
            whole = b"".join(self._chunks)
            self._chunks, self._start = [whole[:length]], whole[length:]
        elif self.held < length:
            return self._request(head, whole=False) if length > self._body_bytes else None
        return self._request(head, whole=True)

    def _request(self, head: Head, *, whole: bool) -> Request:
        chunks = self._chunks
        self._chunks, self.head, self.held = [], None, 0
        return Request(head, self._length, chunks[0] if len(chunks) == 1 else b"".join(chunks), whole)
