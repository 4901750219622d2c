"""Answers of a WSGI application, made whole before a byte of them is sent."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from types import TracebackType
from typing import Any
from wsgiref.types import WSGIApplication

ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

_OURS = frozenset(("connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"))
"""Fields that the server sets."""

_FAILURE = "500 Internal Server Error"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, whole."""

    status: str
    headers: Sequence[tuple[str, str]]
    body: bytes


FAILURE = Answer(_FAILURE, (("Content-Type", "text/plain"),), b"Internal Server Error\n")

BUSY = Answer(
    "503 Service Unavailable",
    (("Content-Type", "text/plain"), ("Retry-After", "1")),
    b"the gate has more to do than it can; ask again\n",
)
"""An API server that gets this asks again while its time lasts."""


def ask(application: WSGIApplication, environ: dict[str, Any]) -> Answer:
    """Return what *application* answers. Raises what it raises."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []
    parts: list[bytes] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None, /
    ) -> Callable[[bytes], object]:
        if begun and exc_info is None:
            raise RuntimeError("the application has begun its answer twice")
        begun[:] = [(status, headers)]
        return parts.append

    body: Iterable[bytes] = application(environ, start_response)
    try:
        parts.extend(body)
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()
    status, headers = begun[-1]
    return Answer(status, headers, parts[0] if len(parts) == 1 else b"".join(parts))


def render(answer: Answer, *, closes: bool, bodiless: bool = False) -> bytes:
    """Return *answer* as it is sent.

    Raises:
        ValueError: a field has an end of a line in it, and would become two.
    """
    lines = [f"{name}: {value}" for name, value in answer.headers if name.lower() not in _OURS]
    length = len(answer.body)
    lines += (f"Content-Length: {length}", _date(), "Connection: close" if closes else "Connection: keep-alive", "", "")
    head = "\r\n".join((f"HTTP/1.1 {answer.status}", *lines))
    if head.count("\n") != len(lines) or head.count("\r") != len(lines):
        raise ValueError("a field of the answer has an end of a line in it")
    return head.encode("latin-1") + (b"" if bodiless else answer.body)


class _Dates:
    """The field of the present second."""

    second = 0
    line = ""


def _date() -> str:
    now = int(time.time())
    if now != _Dates.second:
        _Dates.line, _Dates.second = f"Date: {formatdate(now, usegmt=True)}", now
    return _Dates.line
