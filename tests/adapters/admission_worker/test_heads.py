"""Heads of requests: what gunicorn makes of them, whether or not a head like it was read before."""

import inspect
from typing import Any

import pytest
from gunicorn import __version__ as gunicorn_version
from gunicorn.http import errors
from gunicorn.http.parser import RequestParser
from gunicorn.http.wsgi import create
from gunicorn.workers.base import Worker

from tests.adapters.admission_worker.houses import HERE, PEER, configuration, heads
from webhook.adapters.admission_worker.heads import REMEMBERED, Head, Refused

API_SERVER = (
    b"POST /validate?timeout=10s HTTP/1.1\r\nHost: scangate.scangate.svc:443\r\n"
    b"User-Agent: kube-apiserver-admission\r\nContent-Length: 1234\r\nAccept: application/json, */*\r\n"
    b"Content-Type: application/json\r\nAccept-Encoding: gzip\r\n\r\n"
)

WRONG = {
    "a line without a colon": b"POST / HTTP/1.1\r\nHost\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
    "two other lengths": b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
    "a list of lengths": b"POST / HTTP/1.1\r\nContent-Length: 5, 5\r\n\r\n",
    "a length with a sign": b"POST / HTTP/1.1\r\nContent-Length: +5\r\n\r\n",
    "a length and chunks": b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    "an unknown coding": b"POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n",
    "a blank before the colon": b"POST / HTTP/1.1\r\nHost : a\r\n\r\n",
    "a folded line": b"POST / HTTP/1.1\r\nX: a\r\n b\r\nContent-Length: 5\r\n\r\n",
    "a NUL": b"POST / HTTP/1.1\r\nX: a\0b\r\nContent-Length: 5\r\n\r\n",
    "a lone line feed": b"POST / HTTP/1.1\nHost: a\r\n\r\n",
    "two hosts": b"POST / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\n",
    "no version": b"POST /\r\n\r\n",
    "too long a line": b"POST /" + b"a" * 3000 + b" HTTP/1.1\r\n\r\n",
    "too many fields": b"POST / HTTP/1.1\r\n" + b"X: a\r\n" * 33 + b"\r\n",
    "too long a field": b"POST / HTTP/1.1\r\nX: " + b"a" * 5000 + b"\r\n\r\n",
}


def read(raw: bytes) -> Head:
    """Return what a new reader makes of a head that is right."""
    said = heads().read(raw, PEER)
    assert not isinstance(said, Refused), said
    return said[0]


def by_gunicorn(raw: bytes) -> dict[str, Any]:
    """Return the environment that gunicorn itself makes."""
    cfg = configuration()
    _, environ = create(next(RequestParser(cfg, iter([raw]), PEER)), None, PEER, HERE, cfg)
    return dict(environ)


def test_environment_is_that_of_gunicorn() -> None:
    """The application is told what gunicorn would tell it; the rest belongs to one request, or to no other server."""
    mine, theirs = read(API_SERVER).environ, by_gunicorn(API_SERVER)
    of_a_request = {"wsgi.input", "REMOTE_ADDR", "REMOTE_PORT", "CONTENT_LENGTH", "gunicorn.socket", "wsgi.early_hints"}
    assert mine.keys() == theirs.keys() - of_a_request
    differing = {name for name, value in mine.items() if value != theirs[name]}
    assert differing == {"wsgi.multithread", "wsgi.errors"}
    assert mine["wsgi.multithread"] is True


def test_head_that_was_read_before() -> None:
    """A head that differs in the length alone is remembered; it has its own length, and is the same in all else."""
    reader = heads()
    first, second = (reader.read(API_SERVER.replace(b"1234", length), PEER) for length in (b"1234", b"77"))
    assert not isinstance(first, Refused)
    assert not isinstance(second, Refused)
    assert first[0] is second[0]
    assert (first[1], second[1]) == (1234, 77)


@pytest.mark.parametrize("what", WRONG)
def test_wrong_heads(what: str) -> None:
    """A head that gunicorn refuses is refused, and again when it comes again, also behind a right one."""
    reader = heads()
    reader.read(API_SERVER, PEER)
    answers = [reader.read(WRONG[what], PEER) for _ in range(2)]
    assert all(isinstance(answer, Refused) for answer in answers)


@pytest.mark.parametrize("position", range(0, len(API_SERVER) - 4, 3))
def test_change_of_one_byte(position: int) -> None:
    """What a reader makes of a head does not depend on what it has read before, wherever a byte is another one."""
    for byte in (b"\0", b"\n", b" ", b":", b"9", b"a"):
        raw = API_SERVER[:position] + byte + API_SERVER[position + 1 :]
        fresh, used = heads(), heads()
        used.read(API_SERVER, PEER)
        expected, found = fresh.read(raw, PEER), used.read(raw, PEER)
        if isinstance(expected, Refused) or isinstance(found, Refused):
            assert found == expected
        else:
            assert found[1] == expected[1]
            assert _comparable(found[0]) == _comparable(expected[0])


def _comparable(head: Head) -> tuple[Any, ...]:
    shown = {name: value for name, value in head.environ.items() if name != "wsgi.errors"}
    return shown, head.closes, head.bodiless, head.expects


def test_memory_is_bounded() -> None:
    """However many different heads come, no more than some are remembered."""
    reader = heads()
    for number in range(3 * REMEMBERED):
        reader.read(API_SERVER.replace(b"gzip", b"gzip%d" % number), PEER)
        assert len(reader._known) <= REMEMBERED


@pytest.mark.parametrize(
    ("raw", "closes"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", False),
        (b"GET / HTTP/1.0\r\n\r\n", True),
        (b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", False),
        (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", True),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", True),
    ],
)
def test_end_of_a_connection(raw: bytes, closes: bool) -> None:
    """A connection ends where HTTP says so, and behind a body that is not read."""
    assert read(raw).closes is closes


def test_what_else_a_head_says() -> None:
    """HEAD wants no body in the answer, and a client may wait to be told to go on."""
    assert read(b"HEAD / HTTP/1.1\r\n\r\n").bodiless
    assert read(b"GET / HTTP/1.1\r\n\r\n").length is None
    expecting = API_SERVER.replace(b"Accept: application/json, */*", b"Expect: 100-continue")
    assert read(expecting).expects
    assert not read(API_SERVER).expects


def test_beginning_of_a_head() -> None:
    """A beginning that may come to a good end is waited for, and one that cannot is refused at once."""
    reader = heads()
    for end in range(1, len(API_SERVER) - 1):
        assert reader.check(API_SERVER[:end], PEER) is None
    endless = b"POST / HTTP/1.1\r\n" + b"X: a\r\n" * 40000
    for raw in (b"GET / HTTP/1.1\nHost: a\n", b"A" * 5000, b"GET / HTTP/1.1\r\nHost: a\n", endless):
        assert isinstance(reader.check(raw, PEER), Refused)


def test_gunicorn_is_the_one_that_is_known() -> None:
    """What the worker leans on is as it was when somebody looked. Look again before you name another version."""
    assert gunicorn_version == "27.0.1"
    assert list(inspect.signature(RequestParser.__init__).parameters) == ["self", "cfg", "source", "source_addr"]
    assert list(inspect.signature(create).parameters)[:5] == ["req", "sock", "client", "server", "cfg"]
    assert list(inspect.signature(Worker.handle_error).parameters) == ["self", "req", "client", "addr", "exc"]
    assert issubclass(errors.NoMoreData, OSError)
    others = [error for name, error in vars(errors).items() if name.startswith(("Invalid", "Limit", "Unsupported"))]
    assert others
    assert all(issubclass(error, errors.ParseException) for error in others)
    attributes = {"sockets", "app", "cfg", "log", "wsgi", "alive", "ppid", "PIPE", "notify", "run", "handle_error"}
    source = inspect.getsource(Worker)
    assert all(f"self.{name}" in source or f"def {name}" in source for name in attributes)
