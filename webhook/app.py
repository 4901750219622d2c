"""The gate behind HTTP. Two applications: one for reviews, one for probes on a port of its own.

Reviews are answered in front of Flask, which has everything else: unknown paths and methods, and the probes. Flask
takes more time for a request than the gate for its decision, and a review needs none of what it does.
"""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from webhook.core.deadline import WAITED
from webhook.core.records import render_line
from webhook.core.response import render_status
from webhook.desk import JSON, Answer, Desk, Head, answer

PATH = "/validate"

Problems = Callable[[], Mapping[str, str | None]]
"""Says of each thing, by name, what is wrong with it, or None."""

Exposition = Callable[[str], tuple[bytes, str]]
"""Gives the metrics in a format that an `Accept` header takes, and its content type."""

_STATUS = {status.value: f"{status.value} {status.phrase.upper()}" for status in HTTPStatus}


def review_app(desk: Callable[[], Desk]) -> Flask:
    """Return the application that answers `POST /validate`, each review at the desk of the moment at which it comes."""
    app = Flask(__name__)
    # Flask knows the path, so that it can say which method is the right one, and has no view for it.
    app.add_url_rule(PATH, "validate", methods=["POST"])
    app.register_error_handler(HTTPException, _http_error)
    # This is how Flask has applications put in front of it.
    app.wsgi_app = _reviews(desk, app)  # type: ignore[method-assign, assignment]
    return app


def _reviews(desk: Callable[[], Desk], app: Flask) -> WSGIApplication:
    """Return what answers reviews, and hands all other requests to *app*."""
    others = app.wsgi_app

    def respond(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "POST":
            return others(environ, start_response)
        try:
            given = answer(desk(), _head(environ), environ["wsgi.input"])
        except Exception:
            app.logger.exception("a review could not be answered")
            status = render_status(500, "InternalServerError", "the gate failed; its log says more")
            given = Answer(500, render_line(status))
        length = str(len(given.body))
        start_response(_STATUS[given.code], [("Content-Type", JSON), ("Content-Length", length), *given.headers])
        return [given.body]

    return respond


def _head(environ: WSGIEnvironment) -> Head:
    get = environ.get
    return Head(
        environ["QUERY_STRING"],
        get("CONTENT_LENGTH"),
        get("CONTENT_TYPE", ""),
        get("HTTP_CONTENT_ENCODING"),
        get("HTTP_TRANSFER_ENCODING"),
        get(WAITED, 0.0),
    )


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


def _json(document: Mapping[str, Any], code: int) -> Response:
    return Response(render_line(document), status=code, content_type=JSON)


def _http_error(error: HTTPException) -> Response:
    """Answer what no view answers, an unknown path or method, as an API server does."""
    code = error.code or 500
    return _json(render_status(code, error.name.replace(" ", ""), error.description or ""), code)
