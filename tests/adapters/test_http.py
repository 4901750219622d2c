"""HTTP calls: whatever a service does, the caller gets a whole answer or a failure of ours, in time."""

import socket
import time

import pytest

from tests.http_calls import get, in_time, refused
from tests.sockets import (
    Script,
    ScriptedServer,
    answer,
    drip,
    hang,
    once,
    recording,
    reset,
    unaccepting,
    unused_url,
)
from webhook.adapters.http import MAX_BODY_BYTES, HttpClient
from webhook.core.deadline import Deadline
from webhook.errors import Unavailable, Unreadable

OK = b"HTTP/1.1 200 OK\r\n"


def test_answer_comes_back_whole() -> None:
    """Status, headers and body of an answer reach the caller, whatever the status."""
    with ScriptedServer(answer(b'{"a": 1}', status="404 Not Found", headers="X-Request-Id: r1\r\n")) as server:
        reply = get(f"{server.url}/thing")
    assert (reply.status, reply.headers["x-request-id"], reply.body) == (404, "r1", b'{"a": 1}')


def test_request_says_what_it_should() -> None:
    """Method, path, headers and body are sent, and no compressed answer is asked for."""
    heads: list[bytes] = []
    with ScriptedServer(recording(heads, OK + b"Content-Length: 0\r\n\r\n")) as server, in_time() as deadline:
        HttpClient(connections=1).send(
            "POST", f"{server.url}/a?b=c", headers={"Authorization": "Bearer t"}, deadline=deadline, body=b"{}"
        )
    lines = heads[0].decode().lower().split("\r\n")
    assert lines[0] == "post /a?b=c http/1.1"
    assert {"authorization: bearer t", "content-length: 2", "accept-encoding: identity"} <= set(lines)


def test_service_that_nobody_offers() -> None:
    """A refused connection is said to be one, and may be tried again."""
    failure = refused(unused_url())
    assert "could not be connected to" in str(failure)
    assert failure.passing


def test_service_that_accepts_nobody() -> None:
    """A service whose queue is full costs no more than the time for connecting."""
    with unaccepting() as url:
        assert "did not accept a connection in time" in str(refused(url))


def cut(promised: bytes, sent: bytes = b"ab") -> Script:
    """Return a script that promises more than it sends, and closes."""
    return once(OK + promised + b"\r\n\r\n" + sent)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        pytest.param(hang, "did not answer in time", id="hang"),
        pytest.param(reset, "broke the connection off", id="reset"),
        pytest.param(once(b""), "broke the connection off", id="closed without a word"),
        pytest.param(cut(b"Content-Length: 100"), "broke the connection off", id="half a body"),
        pytest.param(cut(b"Transfer-Encoding: chunked", b"5\r\nab"), "broke the connection off", id="half a chunk"),
        pytest.param(
            cut(b"Transfer-Encoding: chunked", b"2\r\nab\r\n"), "broke the connection off", id="no last chunk"
        ),
        pytest.param(cut(b"Transfer-Encoding: chunked", b"zz\r\nab\r\n"), "broke the connection off", id="odd chunk"),
        pytest.param(cut(b"Transfer-Encoding: chunked", b"-2\r\nab\r\n"), "broke the connection off", id="minus chunk"),
        pytest.param(once(OK + b"Content-Length: 2"), "broke the connection off", id="half a header"),
        pytest.param(once(b"SSH-2.0-OpenSSH_9.9\r\n"), "broke the connection off", id="another protocol"),
        pytest.param(once(b"HTTP/1.1 99999 OK\r\n\r\n"), "broke the connection off", id="odd status"),
        pytest.param(once(OK + b"A: b\r\n" * 200 + b"\r\n"), "broke the connection off", id="too many headers"),
        pytest.param(once(OK + b"A: " + b"b" * 70000 + b"\r\n\r\n"), "broke the connection off", id="endless header"),
        pytest.param(cut(b"Content-Length: 5\r\nContent-Length: 6"), "could not be asked", id="two lengths"),
        pytest.param(drip(OK + b"Content-Length: 99999\r\n\r\n", b"x"), "did not finish", id="drip of a body"),
        pytest.param(drip(OK + b"\r\n", b"x"), "did not finish", id="drip without a length"),
        pytest.param(drip(OK + b"X: ", b"x"), "in time", id="drip of a header"),
        pytest.param(drip(b"", b"H"), "in time", id="drip of a status line"),
        pytest.param(drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "in time", id="drip of interim answers"),
    ],
)
def test_answer_that_never_comes_whole(script: Script, said: str) -> None:
    """Whatever keeps an answer from coming whole becomes one failure that names the cause, before the deadline."""
    with ScriptedServer(script) as server:
        assert said in str(refused(server.url))


def test_answer_of_the_largest_size_is_read() -> None:
    """An answer of exactly the limit comes back whole."""
    with ScriptedServer(answer(b"x" * MAX_BODY_BYTES)) as server:
        assert len(get(server.url).body) == MAX_BODY_BYTES


@pytest.mark.parametrize("length", [b"Content-Length: %d\r\n" % (MAX_BODY_BYTES + 1), b""])
def test_answer_over_the_limit_is_not_read_on(length: bytes) -> None:
    """One byte more is refused, whether the length is announced or not."""
    script = once(OK + length + b"\r\n" + b"x" * (MAX_BODY_BYTES + 1))
    with ScriptedServer(script) as server, pytest.raises(Unreadable, match=f"larger than {MAX_BODY_BYTES} bytes"):
        get(server.url)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_not_followed(status: int) -> None:
    """A redirect is an answer like any other: the host that it names hears nothing."""
    with ScriptedServer(answer(b"")) as elsewhere:
        location = f"Location: {elsewhere.url}/steal\r\n"
        with ScriptedServer(answer(b"", status=f"{status} Found", headers=location)) as server:
            assert get(server.url).status == status
    assert elsewhere.connections == 0


def test_compressed_answer_is_not_unpacked() -> None:
    """A body is taken as it was sent: nothing small becomes something huge here."""
    with ScriptedServer(answer(b"\x1f\x8b", headers="Content-Encoding: gzip\r\n")) as server:
        assert get(server.url).body == b"\x1f\x8b"


def test_deadline_that_is_over() -> None:
    """With no time left nothing is sent at all."""
    over = Deadline(time.monotonic(), time.monotonic)
    with ScriptedServer(answer(b"")) as server, pytest.raises(Unavailable, match="no time left"):
        HttpClient(connections=1).send("GET", server.url, headers={}, deadline=over)
    assert server.connections == 0


def test_connection_is_used_again() -> None:
    """Calls that follow one another share a connection."""
    client = HttpClient(connections=2)
    with ScriptedServer(answer(b"{}")) as server:
        for _ in range(5):
            get(server.url, client=client)
    assert server.connections == 1


def test_connection_in_disorder_is_not_used_again() -> None:
    """What is left of an answer that was given up never becomes the beginning of the next one."""
    client = HttpClient(connections=1)
    bodies = [b"x" * 4 * MAX_BODY_BYTES, b"good"]

    def script(connection: socket.socket) -> None:
        answer(bodies.pop(0))(connection)

    with ScriptedServer(script) as server:
        with pytest.raises(Unreadable):
            get(server.url, client=client)
        assert get(server.url, client=client).body == b"good"
    assert server.connections == 2


def test_connection_that_was_closed_while_idle() -> None:
    """A service may close an idle connection: the next call opens another one."""
    client = HttpClient(connections=1)
    with ScriptedServer(once(OK + b"Content-Length: 2\r\n\r\nok")) as server:
        for _ in range(3):
            assert get(server.url, client=client).body == b"ok"
            server.join_scripts()
    assert server.connections == 3
