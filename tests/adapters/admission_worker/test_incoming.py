"""Requests, put together from pieces: however they are cut, they come out the same."""

import pytest

from tests.adapters.admission_worker.houses import HEAD, PEER, heads
from webhook.adapters.admission_worker.heads import Refused
from webhook.adapters.admission_worker.incoming import Heard, Incoming, Request

BODY = b'{"kind": "AdmissionReview"}'
WHOLE = HEAD % len(BODY) + BODY


def incoming(body_bytes: int = 1000) -> Incoming:
    """Return a place for requests."""
    return Incoming(heads(), PEER, body_bytes)


def request(heard: Heard) -> Request:
    """Claim that there is a request."""
    assert isinstance(heard, Request)
    return heard


@pytest.mark.parametrize("end", range(1, len(WHOLE)))
def test_two_pieces(end: int) -> None:
    """A request that comes in two pieces is the same as one that comes in one."""
    arriving = incoming()
    assert arriving.take(WHOLE[:end]) is None
    assert arriving.begun
    came = request(arriving.take(WHOLE[end:]))
    assert (came.body, came.length, came.whole) == (BODY, len(BODY), True)
    assert (arriving.begun, arriving.held) == (False, 0)


def test_byte_after_byte() -> None:
    """A request that comes byte by byte is one when its last byte has come."""
    arriving = incoming()
    heard = [arriving.take(WHOLE[at : at + 1]) for at in range(len(WHOLE))]
    assert heard[:-1] == [None] * (len(WHOLE) - 1)
    assert request(heard[-1]).body == BODY


@pytest.mark.parametrize("end", [None, len(WHOLE) + 5, 2 * len(WHOLE) - 5])
def test_requests_in_one_piece(end: int | None) -> None:
    """Of two requests in one piece the first is given, and then the second, or what there is of it."""
    arriving = incoming()
    sent = WHOLE + WHOLE.replace(b"kind", b"KIND")
    assert request(arriving.take(sent[:end])).body == BODY
    second = arriving.left_over() if end is None else arriving.left_over() or arriving.take(sent[end:])
    assert request(second).body == BODY.replace(b"kind", b"KIND")
    assert arriving.left_over() is None


def test_body_that_ends_early() -> None:
    """What has come of a body that ends early is a request that is not whole; without a head there is none."""
    arriving = incoming()
    arriving.take(WHOLE[:-3])
    assert arriving.held == len(BODY) - 3
    came = arriving.cut_off()
    assert came is not None
    assert (came.body, came.length, came.whole) == (BODY[:-3], len(BODY), False)
    arriving.take(WHOLE[:10])
    assert arriving.cut_off() is None


def test_body_that_is_too_long() -> None:
    """A body that is longer than anybody would read is not waited for; one of just that length is."""
    came = request(incoming(body_bytes=9).take(HEAD % 10))
    assert (came.length, came.body, came.whole) == (10, b"", False)
    arriving = incoming(body_bytes=10)
    assert arriving.take(HEAD % 10) is None
    assert request(arriving.take(b"0123456789")).whole


def test_no_length() -> None:
    """A request without a length has no body; what follows is the next request, unless it is chunks."""
    arriving = incoming()
    came = request(arriving.take(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" + WHOLE))
    assert (came.length, came.body, came.head.closes) == (None, b"", False)
    assert request(arriving.left_over()).body == BODY
    assert request(incoming().take(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n")).head.closes


def test_refused() -> None:
    """A head that is wrong is refused as soon as that is clear."""
    assert isinstance(incoming().take(b"GET / HTTP/1.1\nHost: a\n"), Refused)
    assert isinstance(incoming().take(b"\r\n\r\n"), Refused)
    assert isinstance(incoming().take(b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"), Refused)


def test_forgotten() -> None:
    """What was given up is gone."""
    arriving = incoming()
    arriving.take(WHOLE[:-3])
    arriving.forget()
    assert (arriving.begun, arriving.held) == (False, 0)
    assert request(arriving.take(WHOLE)).body == BODY
