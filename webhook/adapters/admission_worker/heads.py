"""Heads of requests, read by gunicorn's own parser; one that it has accepted before is remembered.

An API server sends the same head again and again, but for the length of the body. So that number is cut out, and what
gunicorn's parser made of the rest is kept. Whatever differs in a single other byte is read anew.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gunicorn.config import Config
from gunicorn.http.errors import NoMoreData, ParseException
from gunicorn.http.parser import RequestParser
from gunicorn.http.wsgi import create

Address = tuple[Any, ...]

_LENGTH = re.compile(rb"\r\nContent-Length: (0|[1-9][0-9]{0,8})\r\n")

REMEMBERED = 64
"""Heads; there are as many as API servers, times their timeouts. Beyond that, all are forgotten."""

REMEMBERED_BYTES = 2048
"""The longest head that is remembered; an API server's has about 300 bytes."""

_OF_ONE_REQUEST = ("wsgi.input", "wsgi.early_hints", "gunicorn.socket", "REMOTE_ADDR", "REMOTE_PORT", "CONTENT_LENGTH")
"""Keys of an environment that are no use to the next request."""


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a request says."""

    environ: dict[str, Any]
    """The WSGI environment as gunicorn would make it, but for what belongs to one request. Copy it."""
    length: int | None
    """Bytes of the body; None: it does not say."""
    closes: bool
    """Whether the connection ends with the answer."""
    bodiless: bool
    """Whether the answer has no body: `HEAD`."""
    expects: bool
    """Whether the client waits to be told that it may send the body."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that is none, and what is answered."""

    answer: bytes


class Heads:
    """Reads heads."""

    def __init__(self, cfg: Config, here: Address, refusal: Callable[[Address, Exception], bytes]) -> None:
        """Read as *cfg* says, for a server at *here*; *refusal* makes the answer to a client whose head is wrong."""
        self._cfg, self._here, self._refusal = cfg, here, refusal
        self._known: dict[bytes, Head] = {}

    def read(self, raw: bytes, peer: Address) -> tuple[Head, int | None] | Refused:
        """Return what a whole head says, and the length of the body."""
        found = _LENGTH.search(raw)
        if found is None or len(raw) > REMEMBERED_BYTES:
            head = self._parse([raw], peer)
            return head if isinstance(head, Refused) else (head, head.length)
        # No head with a NUL in it is ever accepted, so that no other one has this key.
        key = raw[: found.start(1)] + b"\0" + raw[found.end(1) :]
        known = self._known.get(key) or self._learn(key, raw, peer)
        return known if isinstance(known, Refused) else (known, int(found[1]))

    def check(self, raw: bytes, peer: Address) -> Refused | None:
        """Refuse the beginning of a head that cannot come to a good end."""
        try:
            # In two pieces, since the parser looks at the size of what it has when it gets more.
            head = self._parse([raw[:-1], raw[-1:]], peer)
        except NoMoreData:
            return None
        return head if isinstance(head, Refused) else None

    def _learn(self, key: bytes, raw: bytes, peer: Address) -> Head | Refused:
        head = self._parse([raw], peer)
        if isinstance(head, Head) and not head.expects and head.length is not None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[key] = head
        return head

    def _parse(self, pieces: list[bytes], peer: Address) -> Head | Refused:
        try:
            request = next(RequestParser(self._cfg, iter([piece for piece in pieces if piece]), peer))
            return self._head(request, peer)
        except ParseException as error:
            return Refused(self._refusal(peer, error))

    def _head(self, request: Any, peer: Address) -> Head:
        _, environ = create(request, _Nobody(), peer, self._here, self._cfg)
        length = environ.get("CONTENT_LENGTH")
        return Head(
            environ={name: value for name, value in environ.items() if name not in _OF_ONE_REQUEST}
            | {"wsgi.multithread": True},
            length=None if length is None else int(length),
            closes=request.should_close() or "HTTP_TRANSFER_ENCODING" in environ,
            bodiless=request.method == "HEAD",
            expects=environ.get("HTTP_EXPECT", "").lower() == "100-continue",
        )


class _Nobody:
    """Takes what gunicorn would send to a client that asks whether to go on; that is said where there is a socket."""

    def send(self, _data: bytes) -> None:
        """Do nothing."""
