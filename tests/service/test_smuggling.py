"""Requests that could be read in two ways, byte by byte: refused, and nothing behind them is ever served."""

import json
from contextlib import suppress

import pytest

from tests.gates import VALIDATE, Gate
from tests.service.registry import Registry, uid_of

POST = f"POST {VALIDATE} HTTP/1.1\r\nHost: gate\r\nContent-Type: application/json\r\n"

PROBES = {
    "length and chunks": POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and length": POST + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "two lengths": POST + "Content-Length: 0\r\nContent-Length: 9\r\n\r\n",
    "the same length twice": POST + "Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
    "a list of lengths": POST + "Content-Length: 0, 0\r\n\r\n",
    "a sign": POST + "Content-Length: +0\r\n\r\n",
    "a blank in a length": POST + "Content-Length: 0 0\r\n\r\n",
    "a hexadecimal length": POST + "Content-Length: 0x0\r\n\r\n",
    "an underscore": POST + "Content-Length: 1_0\r\n\r\n",
    "chunks": POST + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a bad chunk": POST + "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    "another coding": POST + "Transfer-Encoding: xchunked\r\n\r\n",
    "identity": POST + "Transfer-Encoding: identity\r\nContent-Length: 0\r\n\r\n",
    "chunks twice": POST + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "a blank before the colon": POST + "Content-Length : 0\r\n\r\n",
    "a folded line": POST + "X: a\r\n Content-Length: 0\r\n\r\n",
    "line feeds alone": POST.replace("\r\n", "\n") + "Content-Length: 0\n\n",
    "one line feed alone": POST + "Content-Length: 0\n\r\n",
    "a carriage return alone": POST + "X: a\rContent-Length: 0\r\n\r\n",
    "a NUL": POST + "X: a\0b\r\nContent-Length: 0\r\n\r\n",
    "a NUL in a name": POST + "Content\0Length: 0\r\n\r\n",
    "two hosts": POST + "Host: another\r\nContent-Length: 0\r\n\r\n",
    "HTTP/0.9": f"GET {VALIDATE}\r\n",
    "HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/1.1 in small letters": POST.replace("HTTP/1.1", "http/1.1") + "Content-Length: 0\r\n\r\n",
    "a tunnel": "CONNECT gate:443 HTTP/1.1\r\nHost: gate\r\n\r\n",
    "a tab behind the method": POST.replace("POST ", "POST\t") + "Content-Length: 0\r\n\r\n",
    "too long a body": POST + f"Content-Length: {8 * 1024 * 1024}\r\n\r\n",
    "no length": POST + "Connection: close\r\n\r\n",
}


def all_said(server: Gate, sent: bytes) -> bytes:
    """Send bytes on a connection of their own, and return all that the gate says until it closes."""
    said = b""
    with server.socket() as connection, suppress(OSError):
        connection.sendall(sent)
        while more := connection.recv(65536):
            said += more
    return said


@pytest.mark.parametrize("probe", PROBES)
def test_nothing_is_served_behind_it(server: Gate, world: Registry, probe: str) -> None:
    """What is disputed gets an error or no answer, the connection ends, and the review behind it is not judged."""
    hidden, after = world.app().review(), world.app().review()
    body = json.dumps(hidden).encode()
    said = all_said(server, PROBES[probe].encode() + f"{POST}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    assert said.count(b"HTTP/1.1 ") <= 1
    assert not said or said.split()[1][:1] in (b"4", b"5")
    assert server.judge(after)["allowed"]
    server.record(uid_of(after))
    assert uid_of(hidden).encode() not in b"".join(server.process.output.all())


@pytest.mark.parametrize("separate", [False, True])
def test_what_is_right_behind_what_is_right(server: Gate, world: Registry, separate: bool) -> None:
    """The same review behind a request that is right is judged: it is the probes that end the connection."""
    behind = world.app().review()
    body = json.dumps(behind).encode()
    first = f"{POST}Content-Length: 2\r\n\r\n{{}}".encode()
    second = f"{POST}Connection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    with server.socket() as connection:
        connection.sendall(first if separate else first + second)
        said = connection.recv(65536)
        if separate:
            connection.sendall(second)
        while more := connection.recv(65536):
            said += more
    assert said.count(b"HTTP/1.1 ") == 2
    assert server.record(uid_of(behind))["allowed"] is True


def test_whole_address_in_the_first_line(server: Gate, world: Registry) -> None:
    """A request that names the host in its first line, which HTTP allows, is one request for that path."""
    document = world.app().review()
    body = json.dumps(document).encode()
    head = POST.replace(VALIDATE, f"https://elsewhere{VALIDATE}") + f"Connection: close\r\nContent-Length: {len(body)}"
    said = all_said(server, f"{head}\r\n\r\n".encode() + body)
    assert said.startswith(b"HTTP/1.1 200 ")
    assert uid_of(document).encode() in said


@pytest.mark.parametrize("end", [1, 10, 60, 120, 180])
def test_client_that_goes_away(server: Gate, world: Registry, end: int) -> None:
    """A client that closes in the middle of a request is not answered with a verdict, and harms nobody."""
    document = world.app().review()
    body = json.dumps(document).encode()
    with server.socket() as connection:
        connection.sendall((f"{POST}Content-Length: {len(body)}\r\n\r\n".encode() + body)[:end])
    assert server.judge(world.app().review())["allowed"]
    assert uid_of(document).encode() not in b"".join(server.process.output.all())
