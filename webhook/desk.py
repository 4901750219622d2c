"""The desk at which reviews are answered: a request's head and body in, an answer out, a record of it in between.

Which failure gets which answer: a verdict is 200, allowed or not; what is no review is 4xx; a bug here is
500. Everything but a verdict leaves the request to the webhook's failure policy, and nothing ever allows.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import parse_qsl

import msgspec

from webhook.core.deadline import Deadline, Monotonic, review_deadline
from webhook.core.matching import Workload
from webhook.core.pods import Image
from webhook.core.reasons import Exempt, Fault
from webhook.core.records import render_line, render_record
from webhook.core.response import render_review, render_status
from webhook.core.review import Request, Review, parse_review
from webhook.core.times import parse_duration
from webhook.core.verdict import Verdict
from webhook.core.workloads import Kind, Path
from webhook.errors import Invalid, InvalidReview, Overloaded

MAX_REVIEW_BYTES = 7 * 1024 * 1024
"""An API server takes objects of up to 3 MiB; a review holds the new and the old one, and 1 MiB for the rest."""

MAX_TIMEOUT_SECONDS = 30.0
"""The longest timeout that a webhook configuration may set."""

JSON = "application/json"

Outcome = Verdict | Exempt | Fault


class Body(Protocol):
    """The body of a request, as far as it has come or is coming."""

    def read(self, size: int, /) -> bytes:
        """Return up to *size* bytes; fewer only where it ends before."""
        ...


class Decider(Protocol):
    """Decides about pods: the gate, or what stands before it."""

    def decide(self, workload: Workload, images: Sequence[Image], deadline: Deadline) -> Verdict:
        """Return the verdict.

        Raises:
            Overloaded: there is too much to do.
        """
        ...


class Head(msgspec.Struct, frozen=True):
    """What the head of a request says, each as it was sent; None where it says nothing."""

    query: str
    length: str | None
    content_type: str
    encoding: str | None
    transfer: str | None
    """`Transfer-Encoding`."""
    waited: float = 0.0
    """Not in the head: the seconds for which the request has waited to be answered."""


class Answer(msgspec.Struct, frozen=True):
    """An answer: always JSON."""

    code: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    """Those beside its type and length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What answering a review needs."""

    gate: Decider
    kinds: Mapping[Kind, Path]
    aliases: Mapping[str, str]
    emit: Callable[[bytes], None]
    """Writes a line of the audit log."""
    measure: Callable[[Request | None, Outcome, float], None] = lambda *_: None
    """Hears of each decision and of the seconds that it took, for the metrics."""
    log: logging.Logger
    now: Callable[[], datetime]
    clock: Monotonic
    reasons_url: str = ""
    """Where denials say that remedies are documented; nowhere if empty."""
    timeout: float
    """Seconds for a review whose caller does not say."""


class _Refused(Exception):
    """The request is none that a review could be read from."""

    def __init__(self, code: int, name: str, message: str) -> None:
        super().__init__(message)
        self.code, self.name = code, name


@dataclass(slots=True)
class _Case:
    """One call: when it came, and what it asks once that is known."""

    at: datetime
    started: float
    review: Review | None = None


def answer(desk: Desk, head: Head, body: Body) -> Answer:
    """Answer one review.

    Raises:
        OSError: it cannot be recorded: a decision that leaves no record is not given.
    """
    case = _Case(desk.now(), desk.clock() - head.waited)
    try:
        return _judged(desk, case, head, body)
    except InvalidReview as error:
        return _refuse(desk, case, Fault.INVALID_REVIEW, render_status(400, "BadRequest", str(error)))
    except Overloaded as error:
        # The API server calls again, by another connection and so perhaps another pod, while its time lasts.
        status = render_status(503, "ServiceUnavailable", str(error))
        return _refuse(desk, case, Fault.OVERLOADED, status, (("Retry-After", "1"),))
    except _Refused as error:
        return _refuse(desk, case, Fault.INVALID_REVIEW, render_status(error.code, error.name, str(error)))
    except Exception:
        desk.log.exception("a review could not be judged")
        status = render_status(500, "InternalError", "the gate failed; its log says more")
        return _refuse(desk, case, Fault.INTERNAL_ERROR, status)


def _judged(desk: Desk, case: _Case, head: Head, body: Body) -> Answer:
    timeout = _timeout(head.query)
    deadline = review_deadline(desk.timeout if timeout is None else timeout, desk.clock, head.waited)
    case.review = review = parse_review(_whole(head, body), desk.kinds, desk.aliases)
    task = review.task
    outcome = task if isinstance(task, Exempt) else desk.gate.decide(task.workload, task.images, deadline)
    given = Answer(200, render_line(render_review(review, outcome, reasons_url=desk.reasons_url)))
    _record(desk, case, outcome)
    return given


@lru_cache(maxsize=64)
def _timeout(query: str) -> float | None:
    """Return the seconds that the caller waits. An API server says so with each call: `?timeout=10s`.

    There are as many different queries as webhooks, so they are remembered; others are not worth it.
    """
    # WSGI hands over bytes as if they were Latin-1.
    text = query.encode("latin-1").decode(errors="replace")
    given = next((value for name, value in parse_qsl(text, keep_blank_values=True) if name == "timeout"), None)
    try:
        return None if given is None else min(parse_duration(given), MAX_TIMEOUT_SECONDS)
    except Invalid as error:
        raise InvalidReview(f"timeout: {error}") from error


def _whole(head: Head, body: Body) -> bytes:
    """Return the whole body.

    A body without a length is refused: a chunked one that is cut off cannot be told from a whole one.
    """
    if head.length is None or "chunked" in (head.transfer or "").lower():
        raise _Refused(411, "LengthRequired", "the request needs a Content-Length")
    # A length that is no number is none of a body.
    length = int(head.length) if head.length.isascii() and head.length.isdigit() else 0
    if length > MAX_REVIEW_BYTES:
        message = f"the review has {length} bytes, more than {MAX_REVIEW_BYTES}"
        raise _Refused(413, "RequestEntityTooLarge", message)
    plain = head.content_type == JSON or head.content_type.partition(";")[0].strip().lower() == JSON
    if not plain or head.encoding not in (None, "identity"):
        raise _Refused(415, "UnsupportedMediaType", f"the review must be plain {JSON}")
    read = body.read(length)
    if len(read) != length:
        raise InvalidReview(f"the review was cut off: {len(read)} of {length} bytes came")
    return read


def _refuse(
    desk: Desk, case: _Case, fault: Fault, status: dict[str, Any], headers: tuple[tuple[str, str], ...] = ()
) -> Answer:
    _record(desk, case, fault, status["message"])
    return Answer(status["code"], render_line(status), headers)


def _record(desk: Desk, case: _Case, outcome: Outcome, message: str = "") -> None:
    seconds = desk.clock() - case.started
    desk.emit(render_line(render_record(case.review, outcome, at=case.at, seconds=seconds, message=message)))
    desk.measure(None if case.review is None else case.review.request, outcome, seconds)
