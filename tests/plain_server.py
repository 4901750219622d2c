"""The server without the gate: two small applications, for tests of gunicorn's set-up alone.

    python -m tests.plain_server FOLDER [WORKER]

FOLDER has the certificate and its key. WORKER is one of gunicorn's that the gate knows.
"""

import json
import logging
import logging.config
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from webhook.adapters.server import Applications, Serving, serve
from webhook.adapters.streams import LOGGER, log_config
from webhook.adapters.tls import ServingCertificate
from webhook.core.serving import Worker

THREADS = 4
DRAIN_SECONDS = 1.0


def reviews(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer with the worker's process id; `/break` breaks, `/end` ends the thread, and `/slow` takes a while."""
    environ["wsgi.input"].read()
    if environ["PATH_INFO"] == "/break":
        raise ZeroDivisionError("as asked")
    if environ["PATH_INFO"] == "/end":
        raise SystemExit("as asked")
    if environ["PATH_INFO"] == "/slow":
        time.sleep(0.5)
    return _answer({"pid": os.getpid()}, start_response)


def probes(draining: Callable[[], bool]) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    """Return an application that tells whether the server is draining."""
    return lambda _, start_response: _answer({"pid": os.getpid(), "draining": draining()}, start_response)


def _answer(document: object, start_response: StartResponse) -> Iterable[bytes]:
    body = json.dumps(document).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def main(folder: Path, worker: Worker = Worker.ADMISSION) -> None:
    """Serve the two until a signal says to stop."""

    def build(draining: Callable[[], bool]) -> Applications:
        return Applications(reviews=reviews, probes=probes(draining))

    run(folder, build, workers=2, threads=THREADS, worker=worker)


def run(folder: Path, build: Callable[[Callable[[], bool]], Applications], **more: Any) -> None:
    """Serve what is built until a signal says to stop; *more* is how."""
    certificate, key = folder / "tls.crt", folder / "tls.key"
    logging.config.dictConfig(log_config("info"))
    log = logging.getLogger(LOGGER)
    serving = Serving(
        host="127.0.0.1",
        port=0,
        probe_port=0,
        drain_seconds=DRAIN_SECONDS,
        cert_file=str(certificate),
        key_file=str(key),
        tls=ServingCertificate(certificate, key, log).context,
        log=log,
        **more,
    )
    serve(serving, build)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(Worker, sys.argv[2:]))
