"""HTTP calls over TLS: a service that cannot prove who it is is told nothing."""

import ssl
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.http_calls import get, refused
from tests.sockets import ScriptedServer, answer, recording, unasked
from webhook.adapters.http import HttpClient
from webhook.adapters.pools import trusted, trusting

OK = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture(scope="module")
def authority() -> Authority:
    """An authority that nobody trusts unless told so."""
    return Authority()


def tls_server(authority: Authority, folder: Path, *, host: str = "localhost") -> ssl.SSLContext:
    """Return the context of a server with a certificate of *authority*."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue(host).write(folder))
    return context


def test_service_of_a_trusted_authority(authority: Authority, tmp_path: Path) -> None:
    """A service whose certificate the given authority signed is asked over TLS."""
    file = tmp_path / "ca.crt"
    file.write_text(authority.pem)
    with ScriptedServer(answer(b"{}"), tls=tls_server(authority, tmp_path)) as server:
        assert get(server.url, client=HttpClient(connections=1, context=trusted(file))).status == 200


def test_service_of_an_unknown_authority(authority: Authority, tmp_path: Path) -> None:
    """A service that cannot prove who it is is sent nothing, and the call is not worth another try."""
    heads: list[bytes] = []
    script = recording(heads, OK + b"Content-Length: 0\r\n\r\n")
    with ScriptedServer(script, tls=tls_server(authority, tmp_path)) as server:
        failure = refused(server.url)
    assert "could not prove its identity over TLS (SSLError: unable to get local issuer certificate)" in str(failure)
    assert not failure.passing
    assert heads == []


def test_certificate_of_another_host(authority: Authority, tmp_path: Path) -> None:
    """A certificate of the right authority for another host proves nothing."""
    file = tmp_path / "ca.crt"
    file.write_text(authority.pem)
    with ScriptedServer(answer(b""), tls=tls_server(authority, tmp_path, host="other.example")) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        failure = refused(url, client=HttpClient(connections=1, context=trusted(file)))
    assert "could not prove its identity over TLS (SSLError: Hostname mismatch" in str(failure)


@pytest.mark.parametrize(("name", "proven"), [("gate.shop.svc", True), ("localhost", False)])
def test_service_that_must_be_somebody_else(authority: Authority, tmp_path: Path, name: str, proven: bool) -> None:
    """Where the name of the server is given, that one counts and not the host of the URL."""
    with ScriptedServer(answer(b"{}"), tls=tls_server(authority, tmp_path, host="gate.shop.svc")) as server:
        client = HttpClient(connections=1, context=trusting(authority.pem), server_name=name)
        url = server.url.replace("127.0.0.1", "localhost")
        if proven:
            assert get(url, client=client).status == 200
        else:
            assert "certificate is not valid for 'localhost'" in str(refused(url, client=client))


def test_certificate_that_is_trusted_itself(authority: Authority, tmp_path: Path) -> None:
    """A bundle may hold the serving certificate itself, whoever signed it, as with Go."""
    with ScriptedServer(answer(b"{}"), tls=tls_server(authority, tmp_path)) as server:
        context = trusting((tmp_path / "tls.crt").read_text())
        assert get(server.url, client=HttpClient(connections=1, context=context)).status == 200


def test_service_that_does_not_speak_tls() -> None:
    """A plain service behind an https URL is a failure like any other."""
    with ScriptedServer(unasked(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        assert "TLS" in str(refused(server.url.replace("http://", "https://")))
