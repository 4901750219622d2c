"""Answers: whole, framed by the server, and never two where there should be one."""

from collections.abc import Iterable, Iterator
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from webhook.adapters.admission_worker.answers import BUSY, Answer, ask, render


def lines(data: bytes) -> tuple[str, dict[str, str], bytes]:
    """Return the status line, the fields and the body of an answer."""
    head, _, body = data.partition(b"\r\n\r\n")
    status, *fields = head.decode("latin-1").split("\r\n")
    return status, dict(field.split(": ", 1) for field in fields), body


def test_answer_as_it_is_sent() -> None:
    """An answer has the application's fields, its length, the date, and whether the connection is kept."""
    status, fields, body = lines(render(Answer("200 OK", (("X-A", "b"),), b"body"), closes=False))
    assert (status, body) == ("HTTP/1.1 200 OK", b"body")
    assert fields.pop("Date").endswith(" GMT")
    assert fields == {"X-A": "b", "Content-Length": "4", "Connection": "keep-alive"}


def test_fields_of_the_server() -> None:
    """What frames the answer is the server's to say, whatever the application says."""
    said = (("content-length", "99"), ("Connection", "keep-alive"), ("Transfer-Encoding", "chunked"))
    _, fields, body = lines(render(Answer("200 OK", said, b"body"), closes=True))
    assert (fields["Content-Length"], fields["Connection"], body) == ("4", "close", b"body")
    assert "content-length" not in fields
    assert "Transfer-Encoding" not in fields


def test_answer_without_a_body() -> None:
    """The answer to HEAD says how long the body would be, and has none."""
    _, fields, body = lines(render(Answer("200 OK", (), b"body"), closes=False, bodiless=True))
    assert (fields["Content-Length"], body) == ("4", b"")


@pytest.mark.parametrize("text", ["a\r\nSet: b", "a\nb", "a\rb", "a\r\n\r\nHTTP/1.1 200 OK"])
def test_end_of_a_line_in_a_field(text: str) -> None:
    """No field of the application becomes two, nor an answer of its own; a status neither."""
    with pytest.raises(ValueError, match="end of a line"):
        render(Answer("200 OK", (("X-A", text),), b""), closes=False)
    with pytest.raises(ValueError, match="end of a line"):
        render(Answer(f"200 {text}", (), b""), closes=False)


def test_busy_answer() -> None:
    """What is answered when there is too much to do makes an API server ask again."""
    status, fields, _ = lines(render(BUSY, closes=True))
    assert status.startswith("HTTP/1.1 503 ")
    assert (fields["Retry-After"], fields["Connection"]) == ("1", "close")


def test_body_in_pieces() -> None:
    """A body may be written, and come in pieces; what gives the pieces is closed."""
    closed = []

    class Pieces:
        def __iter__(self) -> Iterator[bytes]:
            return iter((b"b", b"c"))

        def close(self) -> None:
            closed.append(True)

    def application(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])(b"a")
        return Pieces()

    assert ask(application, {}) == Answer("200 OK", [], b"abc")
    assert closed == [True]


def test_answer_that_is_begun_again() -> None:
    """An application may take back an answer because of an error, and for no other reason."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        error = ZeroDivisionError()
        start_response("500 Oh", [], (ZeroDivisionError, error, None) if environ["error"] else None)  # type: ignore[arg-type]
        return [b""]

    assert ask(application, {"error": True}).status == "500 Oh"
    with pytest.raises(RuntimeError, match="twice"):
        ask(application, {"error": False})
