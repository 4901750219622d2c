"""The gate in this process, as `scangate serve` has it, with everything remembered and without a server."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIApplication, WSGIEnvironment

from tests.gates import Setup
from tests.processes import TOKEN
from tests.service.registry import Registry
from webhook.adapters.metrics.traffic import counted
from webhook.adapters.streams import write_line
from webhook.app import review_app
from webhook.core.environment import parse_environment
from webhook.desk import Desk
from webhook.gate import Gate
from webhook.wiring.loading import load_gate
from webhook.wiring.metering import Metering, ledger
from webhook.wiring.namespaces import namespace_labels
from webhook.wiring.running import RunningGate, gate_of


@dataclass(frozen=True, slots=True)
class Behind:
    """The application, and what is behind it."""

    application: WSGIApplication
    desk: Desk
    gate: Gate
    """It knows no pod again, as what stands before it at the desk does."""

    def answer(self, body: bytes) -> None:
        """Have one review answered, as a server does it."""
        environ = environment(body)
        if not b"".join(self.application(environ, _start)):
            raise RuntimeError("no answer")


@contextmanager
def desk(world: Registry, folder: Path, policy: Any = None) -> Iterator[Behind]:
    """Furnish a desk before a registry, whose audit log goes nowhere."""
    config = Setup(registry=world.url).write(folder)
    if policy is not None:
        (folder / "policy.yaml").write_text(policy)
    metering = Metering(ledger(1), 0)
    running = RunningGate(load_gate(config, parse_environment({"YC_TOKEN": TOKEN})).value(), metering.audience)
    nowhere = os.open("/dev/null", os.O_WRONLY)
    furnished = replace(running.desk(), emit=write_line(nowhere))
    try:
        application = counted(review_app(lambda: furnished), metering.meter)
        yield Behind(application, furnished, gate_of(running.loaded, running.cloud, namespace_labels(running.loaded)))
    finally:
        running.stop()
        os.close(nowhere)


def environment(body: bytes) -> WSGIEnvironment:
    """Return what a server says of a request with *body*."""
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/validate",
        "SCRIPT_NAME": "",
        "QUERY_STRING": "timeout=10s",
        "SERVER_NAME": "gate",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "gate",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": "https",
        "wsgi.input": BytesIO(body),
    }


def _start(status: str, _headers: list[tuple[str, str]], *_error: object) -> Callable[[bytes], object]:
    if not status.startswith("200"):
        raise RuntimeError(status)
    return lambda _: None
