"""What the gate agrees on when a connection is opened."""

import socket
import ssl
import warnings
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.service.registry import Registry


def trusting(server: Gate, version: ssl.TLSVersion) -> ssl.SSLContext:
    """Return the context of a client that speaks one version of TLS, however old."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that old versions are old is the point
        context.minimum_version = context.maximum_version = version
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_versions_that_are_spoken(server: Gate, version: ssl.TLSVersion) -> None:
    """TLS 1.2 and 1.3 are spoken."""
    with server.socket(trusting(server, version)) as connection:
        assert connection.version() == version.name.replace("_", ".").replace("TLSv1.", "TLSv1.")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_versions_that_are_refused(server: Gate, version: ssl.TLSVersion) -> None:
    """Older versions are refused in the handshake, by the gate and not by the client."""
    with pytest.raises(ssl.SSLError, match="ALERT_PROTOCOL_VERSION"):
        server.socket(trusting(server, version))


def test_newest_version_alone(world: Registry, authority: Authority, tmp_path: Path) -> None:
    """Where the configuration wants TLS 1.3, 1.2 is refused as well."""
    authority.issue().write(tmp_path)
    tls = {"certFile": "tls.crt", "keyFile": "tls.key", "minVersion": "VersionTLS13"}
    with gate(tmp_path, authority, Setup(registry=world.url, server={"tls": tls})) as server:
        with pytest.raises(ssl.SSLError, match="ALERT_PROTOCOL_VERSION"):
            server.socket(trusting(server, ssl.TLSVersion.TLSv1_2))
        assert server.judge(world.app().review())["allowed"]


def test_certificate_is_of_this_host_alone(server: Gate) -> None:
    """A client that looks for another name in the certificate, or trusts another authority, does not go on."""
    with socket.create_connection(("127.0.0.1", server.port)) as plain, pytest.raises(ssl.SSLCertVerificationError):
        server.trust.wrap_socket(plain, server_hostname="other.example")
    with pytest.raises(ssl.SSLCertVerificationError):
        server.socket(Authority().trust())


def test_hands_are_shaken_once(server: Gate) -> None:
    """Nothing is compressed, and no session is kept for the next connection."""
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        with server.socket(trusting(server, version)) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.recv(4096).startswith(b"HTTP/1.1 404")
            assert connection.compression() is None
            assert connection.session is None or not connection.session.has_ticket


def test_http_2_is_not_offered(server: Gate) -> None:
    """A client that would rather speak HTTP/2 is not told that it may: there one request waits for another."""
    context = trusting(server, ssl.TLSVersion.TLSv1_3)
    context.set_alpn_protocols(["h2", "http/1.1"])
    with server.socket(context) as connection:
        assert connection.selected_alpn_protocol() in (None, "http/1.1")


def test_plain_http_is_not_served(server: Gate, world: Registry) -> None:
    """Without TLS there is no answer on the port of the reviews, and the gate goes on."""
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"POST /validate HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
        assert b"HTTP/1.1 200" not in connection.recv(4096)
    assert server.judge(world.app().review())["allowed"]


def test_client_that_breaks_the_handshake_off(server: Gate, world: Registry) -> None:
    """Clients that connect and go away, as port checks do, disturb nobody."""
    for _ in range(20):
        socket.create_connection(("127.0.0.1", server.port)).close()
    assert server.judge(world.app().review())["allowed"]
