"""The socket with TLS."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import urllib3

from tests.certificates import Authority
from tests.emulator.serving import NOW, SECONDS, Clock, one_image
from webhook.emulator.emulator import Emulator
from webhook.emulator.faults import Close, Fault, HalfBody, Reset
from webhook.emulator.server import Running, serve
from webhook.emulator.world_file import parse_world


@pytest.fixture
def emulator() -> Emulator:
    """An emulator that is not served yet."""
    return Emulator(parse_world(one_image(), now=NOW), now=Clock())


@pytest.fixture(scope="module")
def authority() -> Authority:
    """Who signed the emulator's certificate."""
    return Authority()


@pytest.fixture
def secured(emulator: Emulator, authority: Authority, tmp_path: Path) -> Iterator[Running]:
    """Serve the emulator over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue().write(tmp_path))
    with serve(emulator, ssl_context=context) as running:
        yield running


def client(authority: Authority) -> ssl.SSLContext:
    """Return the context of a client that trusts the emulator."""
    return ssl.create_default_context(cadata=authority.pem)


def test_tls_is_served_with_addresses_of_its_own(secured: Running, authority: Authority) -> None:
    """The scheme is https, and connections stay open."""
    with urllib3.PoolManager(ssl_context=client(authority)) as pool:
        replies = [pool.request("GET", f"{secured.url}/v2/", retries=False) for _ in range(3)]

        assert secured.url.startswith("https://")
        assert f'realm="{secured.url}/v2/token/"' in replies[0].headers["WWW-Authenticate"]
        assert pool.connection_from_url(secured.url).num_connections == 1


def test_a_client_without_tls_or_trust_bothers_nobody(
    secured: Running, authority: Authority, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its connection ends; one that is slow to shake hands holds up no other."""
    with (
        socket.create_connection((secured.host, secured.port), SECONDS),
        socket.create_connection((secured.host, secured.port), SECONDS) as rude,
        urllib3.PoolManager(ssl_context=client(authority)) as pool,
    ):
        rude.sendall(b"GET /endpoints HTTP/1.1\r\nHost: x\r\n\r\n")
        with suppress(ConnectionResetError):
            rude.recv(65536)

        assert pool.request("GET", f"{secured.url}/endpoints", timeout=SECONDS).status == 200
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("fault", [Reset(), Close(), HalfBody()])
def test_transport_faults_strike_through_tls(
    secured: Running, authority: Authority, emulator: Emulator, fault: Fault
) -> None:
    """The client gets no whole answer."""
    emulator.faults.add(fault)
    with urllib3.PoolManager(ssl_context=client(authority)) as pool, pytest.raises(urllib3.exceptions.HTTPError):
        pool.request("GET", f"{secured.url}/endpoints", retries=False, timeout=SECONDS)
