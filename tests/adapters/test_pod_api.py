"""The Kubernetes API from within a pod, over a socket."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api_server import TOKEN, ApiServer, serving
from webhook.adapters.http import HttpClient
from webhook.adapters.pod_api import PodApi
from webhook.adapters.pools import trusted
from webhook.errors import Absent, ClusterFailed, Forbidden

PATH = "/api/v1/namespaces/scangate/configmaps/table"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ApiServer]:
    """Serve one ConfigMap, to who has the token that is in a file."""
    with serving(tmp_path, {PATH: {"metadata": {"name": "table"}}}) as running:
        (tmp_path / "token").write_text(f"{TOKEN}\n")
        yield running


def api(server: ApiServer) -> PodApi:
    """Return what asks it."""
    folder = server.kubeconfig.parent
    http = HttpClient(connections=1, context=trusted(folder / "ca.pem"), peer="the API server")
    return PodApi(server.url, folder / "token", http, time.monotonic)


def test_read(server: ApiServer) -> None:
    """The answer is returned as it is."""
    assert b'"name": "table"' in api(server).get("it", PATH)


def test_token_that_is_renewed(server: ApiServer) -> None:
    """The file is read for each call."""
    asked, token = api(server), server.kubeconfig.parent / "token"
    token.write_text("stale")
    with pytest.raises(ClusterFailed, match="it: HTTP 401: Unauthorized"):
        asked.get("it", PATH)
    token.write_text(TOKEN)
    asked.get("it", PATH)


def test_token_that_is_not_there(server: ApiServer) -> None:
    """The message names the file."""
    (server.kubeconfig.parent / "token").unlink()
    with pytest.raises(ClusterFailed, match="/token: holds no token"):
        api(server).get("it", PATH)


def test_refusals(server: ApiServer) -> None:
    """What is not there and what is not allowed are told apart, in the words of the API server."""
    with pytest.raises(Absent, match="it: HTTP 404: not found"):
        api(server).get("it", f"{PATH}-0")
    server.forbidden = {("GET", PATH)}
    with pytest.raises(Forbidden, match="cannot get"):
        api(server).get("it", PATH)


def test_answer_of_something_else(server: ApiServer) -> None:
    """It is not shown."""
    server.broken[PATH] = (502, b"<html>" + TOKEN.encode())
    with pytest.raises(ClusterFailed, match="it: HTTP 502: no reason given$"):
        api(server).get("it", PATH)


def test_nobody_there(server: ApiServer, tmp_path: Path) -> None:
    """The message says what the system says."""
    http = HttpClient(connections=1, peer="the API server")
    with pytest.raises(ClusterFailed, match="it: the API server could not be connected to"):
        PodApi("https://127.0.0.1:1", tmp_path / "token", http, time.monotonic).get("it", PATH)
