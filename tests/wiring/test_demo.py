"""The demonstration's client."""

import json
import socket
import threading
from collections.abc import Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from webhook.adapters.probes import serve_probes
from webhook.jobs.demo.certificate import self_signed
from webhook.wiring.clock import now
from webhook.wiring.demo import client


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer with the method and the body."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("418 I'm a teapot", [("Content-Type", "application/json")])
    return [json.dumps([environ["REQUEST_METHOD"], body.decode()]).encode()]


@pytest.fixture
def url() -> str:
    """Serve the echo on a free port."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve_probes, args=(listener, echo), daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}/"


@pytest.mark.parametrize(("body", "method"), [(None, "GET"), (b"{}", "POST")])
def test_a_body_is_posted_and_no_body_is_got(url: str, tmp_path: Path, body: bytes | None, method: str) -> None:
    """The client gives status and body of whatever answer comes."""
    authority = tmp_path / "ca.crt"
    authority.write_bytes(self_signed(now()).chain)
    status, answer = client(authority)(url, body)
    assert (status, json.loads(answer)) == (418, [method, (body or b"").decode()])
