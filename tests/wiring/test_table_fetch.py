"""`scangate table fetch` as a process, before a small API server."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api_server import TOKEN, ApiServer, serving
from tests.processes import ROOT, eventually, run, running

FOLDER = "/api/v1/namespaces/scangate/configmaps"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ApiServer]:
    """Serve a namespace with a table of one piece."""
    with serving(tmp_path, {}) as running_server:
        (tmp_path / "token").write_text(TOKEN)
        put(running_server, "{}")
        yield running_server


def put(server: ApiServer, text: str) -> None:
    """Change the piece."""
    server.put(f"{FOLDER}/t-3", {"metadata": {"name": "t-3"}, "data": {"t-3.json": text}})


def arguments(server: ApiServer, *more: str) -> list[str | Path]:
    """Return the command."""
    folder = server.kubeconfig.parent
    where: list[str | Path] = [
        "--api-server",
        server.url,
        "--ca-file",
        folder / "ca.pem",
        "--token-file",
        folder / "token",
    ]
    return ["table", "fetch", "--namespace", "scangate", "--output", folder / "out", *where, *more]


def fetched(server: ApiServer) -> str:
    """Return the text of the piece in the folder."""
    file = server.kubeconfig.parent / "out" / "current" / "t-3~t-3.json"
    return file.read_text() if file.exists() else ""


def test_once(server: ApiServer) -> None:
    """The folder is made, and the command ends."""
    assert run(*arguments(server, "--once")).returncode == 0
    assert fetched(server) == "{}"


def test_changes(server: ApiServer) -> None:
    """They are taken up while it runs, an outage leaves the folder as it is, and a signal ends it."""
    with running(*arguments(server, "--interval", "50ms")) as process:
        eventually(lambda: fetched(server) == "{}")
        server.broken[FOLDER] = (503, b"")
        put(server, "[]")
        process.log.first(lambda line: "kept as it was" in line["message"])
        assert fetched(server) == "{}"
        server.broken.clear()
        eventually(lambda: fetched(server) == "[]")
        process.signal(signal.SIGTERM)
        assert process.wait() == 0
        assert len(process.log.all()) == 3


def test_outage_at_the_start(server: ApiServer) -> None:
    """With --once it is an answer of no, and nothing is made."""
    server.broken[FOLDER] = (500, b"")
    assert run(*arguments(server, "--once")).returncode == 1
    assert not (server.kubeconfig.parent / "out").exists()


def test_no_pod(server: ApiServer) -> None:
    """Outside of a pod the API server must be named."""
    done = run("table", "fetch", "--namespace", "a", "--output", server.kubeconfig.parent / "out")
    assert done.returncode == 2
    assert "--api-server" in done.stderr


def test_it_does_without_the_client_library() -> None:
    """It runs beside every gate, and the library of Kubernetes takes 70 MB."""
    source = (ROOT / "webhook" / "wiring" / "table_fetch.py").read_text()
    assert "adapters.cluster import" not in source
