"""What faults do: they delay a request, answer in its place, rewrite its answer, or spoil its delivery."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from webhook.emulator.access import EXPIRED
from webhook.emulator.answers import Answer, status_refusal, text_answer
from webhook.emulator.fault_board import Strike
from webhook.emulator.faults import (
    Body,
    Close,
    Drip,
    ExpiredToken,
    HalfBody,
    Hang,
    Html,
    Huge,
    Instead,
    Latency,
    PlainText,
    Redirect,
    Reset,
    Status,
    TamperedManifest,
    Transport,
)
from webhook.emulator.manifests import OCI_INDEX, OCI_MANIFEST
from webhook.emulator.requests import Request
from webhook.emulator.status import Code, RefusedError

MEBIBYTE = 1024 * 1024


class SeveredError(ConnectionError):
    """A connection that a fault ends, with or without a TCP reset."""

    def __init__(self, *, reset: bool) -> None:
        """Say how it ends."""
        super().__init__("a fault ends this connection")
        self.reset = reset


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An answer, and how it is to be sent."""

    answer: Answer
    strikes: tuple[Strike, ...] = ()

    def pieces(self) -> Iterator[bytes]:
        """Return the body as it goes over the wire.

        Raises:
            SeveredError: a fault ends the connection, before the body or within it.
        """
        body = self.answer.body
        for strike in self.strikes:
            match strike.fault:
                case HalfBody():
                    return _half(body)
                case Drip(seconds=seconds):
                    return _drip(body, strike, seconds)
                case _:
                    pass
        return iter((body,))

    def check_connection(self) -> None:
        """Let an answer through that is to be sent at all.

        Raises:
            SeveredError: a fault ends the connection without an answer.
        """
        for strike in self.strikes:
            if isinstance(strike.fault, Reset | Close):
                raise SeveredError(reset=isinstance(strike.fault, Reset))


def wait(strikes: Iterable[Strike]) -> None:
    """Hold a request up for as long as faults demand, or until they are removed."""
    for strike in strikes:
        match strike.fault:
            case Latency(seconds=seconds):
                strike.released.wait(seconds)
            case Hang():
                strike.released.wait()
            case _:
                pass


def instead(strikes: Sequence[Strike], request: Request) -> Answer | None:
    """Return what a fault answers in the place of the service; the first such fault counts.

    Raises:
        RefusedError: the fault is a refusal, to be written in the service's own way.
    """
    fault = next((strike.fault for strike in strikes if isinstance(strike.fault, Instead)), None)
    match fault:
        case None:
            return None
        case ExpiredToken():
            raise RefusedError(Code.UNAUTHENTICATED, EXPIRED)
        case Status(status=status, message=text, retry_after=retry_after):
            answer = status_refusal(status, text, request.id)
            retry = (("Retry-After", str(retry_after)),) if retry_after is not None else ()
            return replace(answer, headers=(*answer.headers, *retry))
        case Redirect(location=location, status=status):
            return Answer(status=status, content_type="text/plain", headers=(("Location", location),))
        case Html() | PlainText() | Body() | Huge():
            return _page(fault, request)
        case _ as never:
            assert_never(never)


def tampered(strikes: Iterable[Strike], answer: Answer) -> Answer:
    """Return the answer with another body, where it is a manifest and a fault says so."""
    manifest = answer.content_type in (OCI_INDEX, OCI_MANIFEST)
    if manifest and any(isinstance(strike.fault, TamperedManifest) for strike in strikes):
        return replace(answer, body=answer.body + b"\n")
    return answer


def on_transport(strikes: Iterable[Strike]) -> tuple[Strike, ...]:
    """Return those that spoil the delivery."""
    return tuple(strike for strike in strikes if isinstance(strike.fault, Transport))


def _page(fault: Html | PlainText | Body | Huge, request: Request) -> Answer:
    match fault:
        case Html(status=status, text=text):
            return Answer(status=status, content_type="text/html", body=text.encode())
        case PlainText(status=status):
            return text_answer(f"stream timeout\nrequest-id: {request.id}\ntrace-id: {request.id}\n", status)
        case Body(text=text, status=status):
            return Answer(status=status, body=text.encode("utf-8", "surrogatepass"))
        case Huge(mebibytes=mebibytes):
            frame = b'{"padding": "%s"}\n'
            return Answer(body=frame % (b"x" * (mebibytes * MEBIBYTE - len(frame) + 2)))
        case _ as never:
            assert_never(never)


def _half(body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    raise SeveredError(reset=False)


def _drip(body: bytes, strike: Strike, seconds: float) -> Iterator[bytes]:
    for position in range(len(body)):
        if position:
            strike.released.wait(seconds)
        yield body[position : position + 1]
