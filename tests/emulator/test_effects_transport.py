"""What faults do to connections."""

import http.client
import socket
import threading
import time

import pytest
import urllib3

from tests.emulator.serving import REGISTRY, SECONDS, Served
from webhook.emulator.answers import Answer
from webhook.emulator.effects import Delivery
from webhook.emulator.fault_board import Strike
from webhook.emulator.faults import Close, Drip, HalfBody, Reset

MANIFEST = f"/v2/{REGISTRY}/shop/api/manifests/v1"


def test_a_reset_is_a_tcp_reset(registry: Served) -> None:
    """The client's socket says so; the next connection is served."""
    registry.emulator.faults.add(Reset(times=1))
    with socket.create_connection(("127.0.0.1", int(registry.url.rpartition(":")[2])), SECONDS) as plain:
        plain.sendall(b"GET /endpoints HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            plain.recv(1)

    assert registry.get("/scans/cheapi").status == 200


def test_a_close_is_an_end_without_an_answer(registry: Served) -> None:
    """Nothing is sent, not even a head."""
    registry.emulator.faults.add(Close(times=1))
    with socket.create_connection(("127.0.0.1", int(registry.url.rpartition(":")[2])), SECONDS) as plain:
        plain.sendall(b"GET /endpoints HTTP/1.1\r\nHost: x\r\n\r\n")

        assert plain.recv(1) == b""


def test_half_a_body_is_less_than_was_promised(registry: Served) -> None:
    """The length is that of the whole body, and the connection ends in the middle."""
    registry.emulator.faults.add(HalfBody(times=1))
    with pytest.raises(urllib3.exceptions.ProtocolError) as caught:
        registry.get("/scans/cheapi")

    incomplete = caught.value.args[1]
    assert isinstance(incomplete, http.client.IncompleteRead)
    assert incomplete.expected


def test_a_drip_sends_byte_by_byte(registry: Served) -> None:
    """All of it arrives, with a pause before each byte but the first."""
    right = registry.get("/scans/cheapi").body
    registry.emulator.faults.add(Drip(seconds=0.002, times=1))
    start = time.monotonic()
    dripped = registry.get("/scans/cheapi").body

    assert dripped == right
    assert time.monotonic() - start >= 0.002 * (len(right) - 1)


def test_a_drip_is_a_piece_for_each_byte() -> None:
    """And an empty body has none."""
    strikes = (Strike(Drip(seconds=0), 0, threading.Event()),)

    assert list(Delivery(answer=Answer(body=b"abc"), strikes=strikes).pieces()) == [b"a", b"b", b"c"]
    assert list(Delivery(answer=Answer(), strikes=strikes).pieces()) == []
    assert list(Delivery(answer=Answer(body=b"abc")).pieces()) == [b"abc"]


def test_a_transport_fault_that_is_over_leaves_the_body_alone() -> None:
    """Reset and close strike before the body; what is left of them sends it whole."""
    strikes = (Strike(Reset(), 0, threading.Event()),)

    assert list(Delivery(answer=Answer(body=b"abc"), strikes=strikes).pieces()) == [b"abc"]


def test_head_has_no_body_to_spoil(registry: Served) -> None:
    """Half a body and a drip leave HEAD alone; a close does not."""
    registry.emulator.faults.add(HalfBody(times=1), Drip(seconds=3600, times=1))

    assert registry.ask("HEAD", MANIFEST).status == 200
    registry.emulator.faults.replace([Close()])
    with pytest.raises(urllib3.exceptions.ProtocolError):
        registry.ask("HEAD", MANIFEST)
