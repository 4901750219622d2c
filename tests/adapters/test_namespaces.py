"""Labels of namespaces, asked of something that answers like an API server."""

import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.background import in_background
from tests.http_calls import unused_port
from webhook.adapters.http import HttpClient
from webhook.adapters.memory import Memory
from webhook.adapters.namespaces import NamespaceLabels, NoLabels
from webhook.core.deadline import Deadline

TOKEN = "a-token-of-the-pod"  # noqa: S105 - nobody's


class ApiServer(ThreadingHTTPServer):
    """Answers every request in the same way, and remembers what was asked."""

    def __init__(self, status: int, body: bytes) -> None:
        """Listen on a free port of the loopback."""
        self.status, self.body, self.asked = status, body, list[tuple[str, str | None]]()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def api_server(status: int, body: bytes) -> Iterator[ApiServer]:
    """Have one answer so."""
    server = ApiServer(status, body)
    with in_background(server):
        yield server


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ApiServer

    def do_GET(self) -> None:
        """Note the path and who asks."""
        self.server.asked.append((self.path, self.headers["Authorization"]))
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def labels_of(url: str, token_file: Path) -> NamespaceLabels:
    """Return what asks at *url*."""
    return NamespaceLabels(
        url,
        token_file,
        http=HttpClient(connections=1, peer="the API server"),
        memory=Memory(size=9, clock=time.monotonic, jitter=lambda: 0.0),
        log=logging.getLogger("test"),
    )


def soon() -> Deadline:
    """Return a deadline that leaves time enough."""
    return Deadline(time.monotonic() + 10, time.monotonic)


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    """Return the file of a token."""
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    return file


@pytest.mark.parametrize("labels", [{"env": "dev"}, None])
def test_labels_are_asked_for_once(token_file: Path, labels: dict[str, str] | None) -> None:
    """By name, with the pod's own token; a second question within seconds is answered from memory."""
    metadata = {"name": "shop"} if labels is None else {"name": "shop", "labels": labels}
    with api_server(200, json.dumps({"kind": "Namespace", "metadata": metadata}).encode()) as server:
        asking = labels_of(server.url, token_file)

        assert [asking.labels("shop", soon()) for _ in range(2)] == [labels or {}] * 2
        assert server.asked == [("/api/v1/namespaces/shop", f"Bearer {TOKEN}")]


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (404, b"{}", "there is no such namespace"),
        (403, b"{}", "needs to be allowed to get namespaces"),
        (401, b"{}", "needs to be allowed to get namespaces"),
        (429, b"{}", "answered 429"),
        (500, b"{}", "answered 500"),
        (302, b"{}", "answered 302"),
        (200, b"[]", "not a Namespace"),
        (200, b"\xff", "not a Namespace"),
        (200, b'{"kind": "NamespaceList", "metadata": {"name": "shop"}}', "not a Namespace"),
        (200, b'{"kind": "Namespace", "metadata": {"name": "pay"}}', "about another namespace"),
        (200, b'{"metadata": {"labels": {"a": 1}}}', "not a Namespace"),
    ],
)
def test_labels_that_cannot_be_had_are_not_known(
    token_file: Path, caplog: pytest.LogCaptureFixture, status: int, body: bytes, said: str
) -> None:
    """None is not the same as no labels; the log says why, without the token."""
    with api_server(status, body) as server:
        assert labels_of(server.url, token_file).labels("shop", soon()) is None
    assert said in caplog.text
    assert TOKEN not in caplog.text


def test_nobody_there(token_file: Path, caplog: pytest.LogCaptureFixture) -> None:
    """So it is where nothing listens."""
    assert labels_of(f"http://127.0.0.1:{unused_port()}", token_file).labels("shop", soon()) is None
    assert "the API server" in caplog.text


def test_no_token(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """And where the pod has none."""
    assert labels_of("http://127.0.0.1:1", tmp_path / "absent").labels("shop", soon()) is None
    assert "absent cannot be read" in caplog.text


def test_name_cannot_leave_its_place_in_the_path(token_file: Path) -> None:
    """Whatever stands in a request."""
    with api_server(404, b"{}") as server:
        labels_of(server.url, token_file).labels("../secrets?x", soon())
        assert [path for path, _ in server.asked] == ["/api/v1/namespaces/..%2Fsecrets%3Fx"]


def test_gate_without_a_way_to_ask_knows_no_labels() -> None:
    """It was not told how."""
    assert NoLabels().labels("shop", soon()) is None  # type: ignore[func-returns-value]
