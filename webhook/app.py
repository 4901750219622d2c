"""The gate behind HTTP. Two applications: one for reviews, one for probes on a port of its own.

Which failure gets which answer: a verdict is 200, allowed or not; what is no review is 4xx; a bug here is
500. Everything but a verdict leaves the request to the webhook's failure policy, and nothing ever allows.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, LengthRequired, RequestEntityTooLarge, UnsupportedMediaType

from webhook.core.deadline import Deadline, Monotonic, review_deadline
from webhook.core.reasons import Exempt, Fault
from webhook.core.records import render_line, render_record
from webhook.core.response import render_review, render_status
from webhook.core.review import Request, Review, parse_review
from webhook.core.times import parse_duration
from webhook.core.verdict import Verdict
from webhook.core.workloads import Kind, Path
from webhook.errors import Invalid, InvalidReview, Overloaded
from webhook.gate import Gate

MAX_REVIEW_BYTES = 7 * 1024 * 1024
"""An API server takes objects of up to 3 MiB; a review holds the new and the old one, and 1 MiB for the rest."""

MAX_TIMEOUT_SECONDS = 30.0
"""The longest timeout that a webhook configuration may set."""

JSON = "application/json"

Outcome = Verdict | Exempt | Fault

Problems = Callable[[], Mapping[str, str | None]]
"""Says of each thing, by name, what is wrong with it, or None."""

Exposition = Callable[[str], tuple[bytes, str]]
"""Gives the metrics in a format that an `Accept` header takes, and its content type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What answering a review needs."""

    gate: Gate
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


@dataclass(slots=True)
class _Case:
    """One call: when it came, and what it asks once that is known."""

    at: datetime
    started: float
    review: Review | None = None


def review_app(desk: Callable[[], Desk]) -> Flask:
    """Return the application that answers `POST /validate`, each review at the desk of the moment at which it comes."""
    app = Flask(__name__)
    app.add_url_rule("/validate", "validate", lambda: _validate(desk()), methods=["POST"])
    app.register_error_handler(HTTPException, _http_error)
    return app


def probe_app(checks: Problems, notes: Problems, metrics: Exposition = lambda _: (b"", "text/plain")) -> Flask:
    """Return the application for the kubelet: `/healthz`, and `/readyz` with what it knows; and `/metrics`.

    *checks* are what must be in order for the gate to be ready; *notes* are shown beside them.
    """
    app = Flask(__name__)

    def readyz() -> Response:
        problems = checks()
        ready = not any(problems.values())
        document = {"ready": ready, "checks": _shown(problems), "details": _shown(notes())}
        return _json(document, 200 if ready else 503)

    def expose() -> Response:
        body, content_type = metrics(request.headers.get("Accept", ""))
        return Response(body, content_type=content_type)

    app.add_url_rule("/metrics", "metrics", expose)
    app.add_url_rule("/healthz", "healthz", lambda: _json({"healthy": True}, 200))
    app.add_url_rule("/readyz", "readyz", readyz)
    app.register_error_handler(HTTPException, _http_error)
    return app


def _shown(problems: Mapping[str, str | None]) -> dict[str, str]:
    return {name: problem or "ok" for name, problem in problems.items()}


def _validate(desk: Desk) -> Response:
    case = _Case(desk.now(), desk.clock())
    try:
        return _answer(desk, case)
    except InvalidReview as error:
        return _refuse(desk, case, Fault.INVALID_REVIEW, render_status(400, "BadRequest", str(error)))
    except Overloaded as error:
        # The API server calls again, by another connection and so perhaps another pod, while its time lasts.
        status = render_status(503, "ServiceUnavailable", str(error))
        return _refuse(desk, case, Fault.OVERLOADED, status, {"Retry-After": "1"})
    except HTTPException as error:
        code, name = error.code or 500, error.name.replace(" ", "")
        return _refuse(desk, case, Fault.INVALID_REVIEW, render_status(code, name, error.description or ""))
    except Exception:
        desk.log.exception("a review could not be judged")
        status = render_status(500, "InternalError", "the gate failed; its log says more")
        return _refuse(desk, case, Fault.INTERNAL_ERROR, status)


def _answer(desk: Desk, case: _Case) -> Response:
    deadline = review_deadline(_timeout(desk), desk.clock)
    review = parse_review(_body(), desk.kinds, desk.aliases)
    case.review = review
    outcome = _outcome(desk.gate, review, deadline)
    answer = _json(render_review(review, outcome, reasons_url=desk.reasons_url), 200)
    _record(desk, case, outcome)
    return answer


def _outcome(gate: Gate, review: Review, deadline: Deadline) -> Verdict | Exempt:
    task = review.task
    return task if isinstance(task, Exempt) else gate.decide(task.workload, task.images, deadline)


def _timeout(desk: Desk) -> float:
    """Return the seconds that the caller waits. An API server says so with each call: `?timeout=10s`."""
    text = request.args.get("timeout")
    try:
        return desk.timeout if text is None else min(parse_duration(text), MAX_TIMEOUT_SECONDS)
    except Invalid as error:
        raise InvalidReview(f"timeout: {error}") from error


def _body() -> bytes:
    """Return the whole body.

    A body without a length is refused: a chunked one that is cut off cannot be told from a whole one.
    """
    length = request.content_length
    if length is None:
        raise LengthRequired("the request needs a Content-Length")
    if length > MAX_REVIEW_BYTES:
        raise RequestEntityTooLarge(f"the review has {length} bytes, more than {MAX_REVIEW_BYTES}")
    if request.mimetype != JSON or request.headers.get("Content-Encoding", "identity") != "identity":
        raise UnsupportedMediaType(f"the review must be plain {JSON}")
    body = request.environ["wsgi.input"].read(length)
    if len(body) != length:
        raise InvalidReview(f"the review was cut off: {len(body)} of {length} bytes came")
    return bytes(body)


def _refuse(
    desk: Desk, case: _Case, fault: Fault, status: dict[str, Any], headers: Mapping[str, str] | None = None
) -> Response:
    _record(desk, case, fault, status["message"])
    response = _json(status, status["code"])
    response.headers.update(headers or {})
    return response


def _record(desk: Desk, case: _Case, outcome: Outcome, message: str = "") -> None:
    seconds = desk.clock() - case.started
    desk.emit(render_line(render_record(case.review, outcome, at=case.at, seconds=seconds, message=message)))
    desk.measure(None if case.review is None else case.review.request, outcome, seconds)


def _json(document: Mapping[str, Any], code: int) -> Response:
    return Response(render_line(document), status=code, content_type=JSON)


def _http_error(error: HTTPException) -> Response:
    """Answer what no view answers, an unknown path or method, as an API server does."""
    code = error.code or 500
    return _json(render_status(code, error.name.replace(" ", ""), error.description or ""), code)
