"""How the gate listens, unless somebody says otherwise."""

import msgspec
import pytest

from tests.core.test_settings import settings, told
from webhook.core.serving import Clients, Server, Tls, TlsVersion, Worker


def test_defaults() -> None:
    """Reviews are answered by the worker that is made for them, and by whom they are asked does not matter."""
    server = Server(tls=Tls("tls.crt", "tls.key"))
    assert (server.worker, server.clients) == (Worker.ADMISSION, None)
    assert server.connections > server.threads


def test_clients_have_names() -> None:
    """Certificates of an authority alone do not say who may ask: in a cluster kubelets and users have them, too."""
    with pytest.raises(msgspec.ValidationError, match="names"):
        msgspec.convert({"caFile": "ca.crt", "names": []}, Clients)


def test_oldest_version_of_tls() -> None:
    """1.2 where nothing is said, in the words of Kubernetes; another word is refused with those that there are."""
    files = {"certFile": "a", "keyFile": "b"}
    assert settings(server={"tls": files}).server.tls.min_version is TlsVersion.TLS_1_2
    assert settings(server={"tls": files | {"minVersion": "VersionTLS13"}}).server.tls.min_version is TlsVersion.TLS_1_3
    problem = told(server={"tls": files | {"minVersion": "1.3"}})
    assert problem == "gate.yaml: server.tls.minVersion: must be one of VersionTLS12, VersionTLS13, not '1.3'"
