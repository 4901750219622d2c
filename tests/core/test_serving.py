"""How the gate listens, unless somebody says otherwise."""

import msgspec
import pytest

from webhook.core.serving import Clients, Server, Tls, Worker


def test_defaults() -> None:
    """Reviews are answered by the worker that is made for them, and by whom they are asked does not matter."""
    server = Server(tls=Tls("tls.crt", "tls.key"))
    assert (server.worker, server.clients) == (Worker.ADMISSION, None)
    assert server.connections > server.threads


def test_clients_have_names() -> None:
    """Certificates of an authority alone do not say who may ask: in a cluster kubelets and users have them, too."""
    with pytest.raises(msgspec.ValidationError, match="names"):
        msgspec.convert({"caFile": "ca.crt", "names": []}, Clients)
