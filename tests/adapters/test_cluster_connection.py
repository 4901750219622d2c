"""How the Kubernetes API is reached, and who must never come near its client library."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.api_server import TOKEN, installation, serving, write_kubeconfig
from tests.certificates import Authority
from tests.processes import ROOT, clean_environment
from tests.sockets import unused_url
from webhook.adapters.cluster import connect
from webhook.core.cluster import ObjectName
from webhook.errors import ClusterFailed

NAME = ObjectName("scangate", "scangate-tls")


def test_wrong_token(tmp_path: Path) -> None:
    """It is refused, and not shown."""
    with serving(tmp_path, installation()) as server:
        config = write_kubeconfig(tmp_path, server.url, (tmp_path / "ca.pem").read_text(), token="another")  # noqa: S106
        with pytest.raises(ClusterFailed, match="HTTP 401"):
            connect(str(config)).secret(NAME)


def test_api_server_of_somebody_else(tmp_path: Path) -> None:
    """One that the kubeconfig's authority does not vouch for is not talked to."""
    with serving(tmp_path, installation()) as server:
        config = write_kubeconfig(tmp_path, server.url, Authority().pem)
        with pytest.raises(ClusterFailed) as caught:
            connect(str(config)).secret(NAME)
    assert server.calls == []
    assert TOKEN not in str(caught.value)


def test_nobody_there(tmp_path: Path) -> None:
    """It says that there is no answer."""
    config = write_kubeconfig(tmp_path, unused_url().replace("http", "https"), Authority().pem)
    with pytest.raises(ClusterFailed, match="does not answer"):
        connect(str(config)).secret(NAME)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(None, id="no file"),
        pytest.param("", id="empty"),
        pytest.param("- 1", id="a list"),
        pytest.param("{", id="no YAML"),
        pytest.param("{apiVersion: v1, kind: Config, clusters: [], users: 5, contexts: x}", id="wrong types"),
        pytest.param("current-context: none\ncontexts: []\nclusters: []\nusers: []", id="no such context"),
    ],
)
def test_kubeconfig_that_is_none(tmp_path: Path, text: str | None) -> None:
    """It is named, whatever is wrong with it."""
    file = tmp_path / "kubeconfig"
    if text is not None:
        file.write_text(text)
    with pytest.raises(ClusterFailed, match=str(file)):
        connect(str(file))


def test_neither_kubeconfig_nor_pod() -> None:
    """It says what was looked for."""
    with pytest.raises(ClusterFailed, match="no kubeconfig is given, and this is no pod"):
        connect(None)


@pytest.mark.parametrize("module", ["webhook.cli", "webhook.wiring.serve", "webhook.wiring.demo", "webhook.app"])
def test_who_serves_reviews_does_not_import_the_client_library(module: str) -> None:
    """Nothing on the way to `scangate serve` pays for what only the commands about a cluster need."""
    code = f"import sys, {module}; sys.exit('kubernetes' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=clean_environment(), check=False)
    assert done.returncode == 0
