"""Requests that are no reviews, sent byte by byte over TLS: refused, recorded, and never taken for another."""

import http.client
import json
from contextlib import closing, suppress
from typing import BinaryIO

import pytest

from tests.gates import VALIDATE, Answer, Gate, post, received
from tests.processes import Document
from tests.service.registry import Registry, uid_of

MAX_REVIEW_BYTES = 7 * 1024 * 1024

HEAD = f"POST {VALIDATE} HTTP/1.1\r\nHost: localhost\r\n"
JSON = "Content-Type: application/json\r\n"


def exchange(server: Gate, sent: bytes) -> Answer | None:
    """Send bytes on a new connection and return the first answer; None where there is none."""
    with server.socket() as connection:
        with suppress(OSError):  # the gate may answer and close before it has heard everything
            connection.sendall(sent)
        response = http.client.HTTPResponse(connection)
        try:
            response.begin()
            return received(response)
        except (ConnectionError, http.client.HTTPException):
            return None
        finally:
            response.close()


def refused(server: Gate, sent: bytes, status: int) -> Document:
    """Claim that *sent* is refused with a Status of that code, and return its audit record."""
    known = len(server.process.output.all())
    answer = exchange(server, sent)
    assert answer is not None
    assert answer.status == status, answer.body
    said = answer.document
    assert (said["apiVersion"], said["kind"], said["status"], said["code"]) == ("v1", "Status", "Failure", status)
    record = server.error(known)
    assert (record["allowed"], record["reason"], record["message"]) == (False, "invalid-review", said["message"])
    return record


def padded(document: Document, size: int) -> bytes:
    """Return a review of exactly *size* bytes."""
    body = json.dumps(document).encode()
    return body + b" " * (size - len(body))


def test_chunked_body(server: Gate, world: Registry) -> None:
    """A body without a length is refused: one that is cut off could not be told from a whole one."""
    body = json.dumps(world.app().review()).encode()
    chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    refused(server, (HEAD + JSON + "Transfer-Encoding: chunked\r\n\r\n").encode() + chunks, 411)


def test_no_body(server: Gate) -> None:
    """A request with neither length nor body is refused."""
    refused(server, (HEAD + JSON + "\r\n").encode(), 411)


def test_empty_body(server: Gate) -> None:
    """A body of length zero is no review."""
    refused(server, (HEAD + JSON + "Content-Length: 0\r\n\r\n").encode(), 400)


def test_body_that_is_cut_off(server: Gate, world: Registry) -> None:
    """A body that ends early is refused, though what came is a whole review by itself; the next client is served."""
    cut, after = world.app().review(), world.app().review()
    body = json.dumps(cut).encode()
    known = len(server.process.output.all())
    with server.socket() as connection:
        connection.sendall((HEAD + JSON + f"Content-Length: {len(body) + 100}\r\n\r\n").encode() + body)
    record = server.error(known)
    assert (record["allowed"], record["reason"], record["request"]) == (False, "invalid-review", None)
    assert "cut off" in record["message"]
    assert server.judge(after)["allowed"]


@pytest.mark.parametrize("whole", [False, True])
def test_body_over_the_limit(server: Gate, whole: bool) -> None:
    """One byte more than the limit is refused, whether or not the client sends it all."""
    size = MAX_REVIEW_BYTES + 1
    head = (HEAD + JSON + f"Content-Length: {size}\r\n\r\n").encode()
    assert str(size) in refused(server, head + (b"x" * size if whole else b""), 413)["message"]


def test_body_of_almost_the_limit(server: Gate, world: Registry) -> None:
    """A review of 6.9 MiB is read whole through TLS, and judged."""
    document = world.app().review()
    assert server.post(padded(document, int(6.9 * 1024 * 1024))).response["allowed"] is True
    assert server.record(uid_of(document))["reason"] == "within-limits"


def test_body_of_exactly_the_limit(server: Gate, world: Registry) -> None:
    """A review of exactly 7 MiB is judged as well."""
    assert server.post(padded(world.app().review(), MAX_REVIEW_BYTES)).response["allowed"] is True


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Encoding": "gzip"}, 415),
    ],
)
def test_body_of_another_kind(server: Gate, world: Registry, headers: dict[str, str], status: int) -> None:
    """A review must be plain JSON."""
    answer = server.post(json.dumps(world.app().review()).encode(), headers=headers)
    assert (answer.status, answer.document["code"]) == (status, status)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", VALIDATE, 405),
        ("PUT", VALIDATE, 405),
        ("POST", "/", 404),
        ("POST", "/validate/", 404),
        ("GET", "/healthz", 404),
    ],
)
def test_other_paths_and_methods(server: Gate, method: str, path: str, status: int) -> None:
    """There is one path and one method on the port of the reviews; probes are elsewhere."""
    with closing(server.connect()) as connection:
        connection.request(method, path, b"{}", {"Content-Type": "application/json"})
        answer = received(connection.getresponse())
    assert (answer.status, answer.document["kind"]) == (status, "Status")


def test_reviews_that_follow_one_another(server: Gate, world: Registry) -> None:
    """Many reviews on one connection are answered in their order, refused ones in between."""
    with closing(server.connect()) as connection:
        for _ in range(3):
            document = world.app().review()
            assert post(connection, json.dumps(document).encode()).response["uid"] == uid_of(document)
            assert post(connection, b"{}").status == 400
        assert connection.sock is not None, "the connection was kept"


def test_reviews_sent_without_waiting(server: Gate, world: Registry) -> None:
    """Two reviews that come in one piece are answered one after the other."""
    documents = [world.app().review(), world.app(critical=1).review()]
    bodies = [json.dumps(document).encode() for document in documents]
    with server.socket() as connection:
        connection.sendall(
            b"".join((HEAD + JSON + f"Content-Length: {len(body)}\r\n\r\n").encode() + body for body in bodies)
        )
        with connection.makefile("rb") as stream:
            answers = [json.loads(next_body(stream))["response"] for _ in documents]
    assert [answer["uid"] for answer in answers] == [uid_of(document) for document in documents]
    assert [answer["allowed"] for answer in answers] == [True, False]


def next_body(stream: BinaryIO) -> bytes:
    """Read one answer from a connection, and return its body."""
    length = 0
    while (line := stream.readline()) != b"\r\n":
        name, _, value = line.partition(b":")
        length = int(value) if name.lower() == b"content-length" else length
    return stream.read(length)


@pytest.mark.parametrize(
    "framing",
    [
        "Content-Length: {size}\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Content-Length: 5\r\nContent-Length: {size}\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: 5, {size}\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: 0x5\r\n",
        "Content-Length: 5\n\r\n",
    ],
)
def test_request_inside_a_request(server: Gate, world: Registry, framing: str) -> None:
    """However a request's length is disputed, what stands behind it is never served as another one."""
    document, after = world.app().review(), world.app().review()
    body = json.dumps(document).encode()
    hidden = (HEAD + JSON + f"Content-Length: {len(body)}\r\n\r\n").encode() + body
    head = HEAD + JSON + framing.format(size=len(hidden) + 5) + "\r\n"
    answer = exchange(server, head.encode() + b"0\r\n\r\n" + hidden)
    assert answer is None or 400 <= answer.status < 600
    assert server.judge(after)["allowed"]
    server.record(uid_of(after))
    assert uid_of(document).encode() not in b"".join(server.process.output.all())
