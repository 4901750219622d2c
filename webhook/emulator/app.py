"""The emulator behind HTTP: requests of Flask become requests of ours, and answers go back."""

from email.utils import format_datetime
from functools import partial

import flask

from webhook.emulator.answers import Answer
from webhook.emulator.emulator import Emulator
from webhook.emulator.requests import Request
from webhook.emulator.routes import Route

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def unknown(_: Request) -> Answer:
    """Return what Envoy answers where no service is: 404 and nothing else."""
    return Answer(status=404, content_type="text/plain")


def registry_app(emulator: Emulator) -> flask.Flask:
    """Return the application that serves *emulator*."""
    app = flask.Flask(__name__, static_folder=None)
    app.url_map.merge_slashes = False
    # A severed connection reaches the server as the exception that it is, and so does a bug.
    app.config["PROPAGATE_EXCEPTIONS"] = True
    nowhere = Route(method="", pattern="", handle=unknown, parameters=None)
    for number, route in enumerate(emulator.routes()):
        view = partial(_respond, emulator, route)
        # A slash too many leads nowhere; one that is missing is not worth a redirect.
        strict = not route.pattern.endswith("/")
        methods = [route.method]
        app.add_url_rule(route.pattern, str(number), view, methods=methods, strict_slashes=strict)
    for pattern in ("/", "/<path:anything>"):
        view = partial(_respond, emulator, nowhere)
        app.add_url_rule(pattern, pattern, view, methods=METHODS)
    return app


def _respond(emulator: Emulator, route: Route, **arguments: str) -> flask.Response:
    """Answer the request at hand."""
    request = _request(emulator, arguments)
    delivery = emulator.answer(route, request)
    delivery.check_connection()
    answer = delivery.answer
    response = flask.Response(delivery.pieces(), status=answer.status, content_type=answer.content_type)
    response.headers["Content-Length"] = str(len(answer.body))
    response.headers["Date"] = format_datetime(request.at, usegmt=True)
    response.headers["server"] = "envoy"
    response.headers["x-request-id"] = request.id
    response.headers["x-server-trace-id"] = request.id.replace("-", "")
    response.headers["x-envoy-upstream-service-time"] = "1"
    for name, value in answer.headers:
        response.headers[name] = value
    return response


def _request(emulator: Emulator, arguments: dict[str, str]) -> Request:
    asked = flask.request
    return Request(
        method=asked.method,
        path=asked.path,
        at=emulator.now(),
        id=emulator.next_request_id(),
        origin=asked.host_url.rstrip("/"),
        query=asked.args.to_dict(),
        headers={name.lower(): value for name, value in asked.headers},
        body=asked.get_data(),
        arguments=arguments,
    )
