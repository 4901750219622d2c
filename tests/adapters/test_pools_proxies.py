"""Calls through a proxy: over real sockets, with CONNECT for https, and failures that name the proxy."""

import base64
import socket
import ssl
import traceback
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.http_calls import get, refused
from tests.proxies import ForwardProxy
from tests.sockets import Script, ScriptedServer, answer, drip, hang, once, recording, reset
from webhook.adapters.http import HttpClient
from webhook.adapters.pools import trusted
from webhook.core.secret import Secret
from webhook.errors import Unavailable

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
PASSWORD = "sesame-7f3a"
ASKED = "https://registry.example/container-registry/v1/scans/che1"
AUTHORIZED = b"proxy-authorization: basic " + base64.b64encode(f"user:{PASSWORD}".encode()).lower()


@pytest.fixture(scope="module")
def authority() -> Authority:
    """An authority that signs the certificates of service and proxy."""
    return Authority()


@pytest.fixture
def trust(authority: Authority, tmp_path: Path) -> ssl.SSLContext:
    """What a client trusts."""
    file = tmp_path / "ca.crt"
    file.write_text(authority.pem)
    return trusted(file)


@pytest.fixture
def tls(authority: Authority, tmp_path: Path) -> ssl.SSLContext:
    """What a server proves itself with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue().write(tmp_path))
    return context


def client(trust: ssl.SSLContext | None = None, **proxies: str) -> HttpClient:
    """Return a client that goes through *proxies*, given by scheme."""
    values = {scheme: Secret(url) for scheme, url in proxies.items()}
    return HttpClient(connections=1, context=trust, proxies=values)


def with_password(url: str) -> str:
    """Return the URL of a proxy with user and password."""
    return url.replace("://", f"://user:{PASSWORD}@")


def test_https_goes_through_a_tunnel(tls: ssl.SSLContext, trust: ssl.SSLContext) -> None:
    """The proxy sees where the call goes and nothing of it; the service sees nothing of the proxy's password."""
    heads: list[bytes] = []
    with ForwardProxy() as proxy, ScriptedServer(recording(heads, OK), tls=tls) as service:
        through = client(trust, https=with_password(proxy.url))
        assert [get(f"{service.url}/scan", client=through).body for _ in range(3)] == [b"ok"] * 3

    [asked] = proxy.heads
    assert asked.startswith(f"CONNECT {service.url.removeprefix('https://')} HTTP/1".encode())
    assert AUTHORIZED in asked.lower()
    assert b"/scan" not in asked
    assert [head.split(b" ")[:2] for head in heads] == [[b"GET", b"/scan"]] * 3
    assert not any(b"proxy-" in head.lower() for head in heads)


def test_plain_http_is_passed_on() -> None:
    """The request names the whole address, and the proxy's password in its own header."""
    with ForwardProxy() as proxy, ScriptedServer(answer(b"ok")) as service:
        assert get(f"{service.url}/scan", client=client(http=with_password(proxy.url))).body == b"ok"

    [asked] = proxy.heads
    assert asked.startswith(f"GET {service.url}/scan HTTP/1.1\r\n".encode())
    assert AUTHORIZED in asked.lower()


def test_a_proxy_without_a_password_is_sent_none() -> None:
    """Nothing is made up."""
    with ForwardProxy() as proxy, ScriptedServer(answer(b"ok")) as service:
        assert get(service.url, client=client(http=proxy.address)).body == b"ok"

    assert b"proxy-authorization" not in proxy.heads[0].lower()


def test_listed_hosts_are_reached_directly(tls: ssl.SSLContext, trust: ssl.SSLContext) -> None:
    """What is on this side of the proxy is not asked through it."""
    with ForwardProxy() as proxy, ScriptedServer(answer(b"ok"), tls=tls) as service:
        past = client(trust, https=proxy.url, http=proxy.url, no="localhost,127.0.0.1")
        assert get(service.url, client=past).body == b"ok"

    assert proxy.connections == 0


def test_the_service_proves_itself_through_the_proxy(tls: ssl.SSLContext) -> None:
    """A proxy that looks into TLS is no more trusted than anybody else."""
    with ForwardProxy() as proxy, ScriptedServer(answer(b"ok"), tls=tls) as service:
        failure = refused(service.url, client=client(https=proxy.url))

    assert "could not prove its identity over TLS" in told(failure, proxy.address)


def test_a_proxy_may_speak_tls_itself(tls: ssl.SSLContext, trust: ssl.SSLContext) -> None:
    """The connection to it is as safe as any, and a head that never comes whole is cut off there, too."""
    with ForwardProxy(tls=tls) as proxy:
        with ScriptedServer(answer(b"ok"), tls=tls) as service:
            assert get(service.url, client=client(trust, https=proxy.url)).body == b"ok"
        with ScriptedServer(drip(b"HTTP/1.1 200 OK\r\nX: ", b"x"), tls=tls) as service:
            assert "in time" in told(refused(service.url, client=client(trust, https=proxy.url)), proxy.address)


@pytest.mark.parametrize("script", [reset, once(b""), hang])
def test_a_service_in_trouble_is_told_from_its_proxy(
    tls: ssl.SSLContext, trust: ssl.SSLContext, script: Script
) -> None:
    """Where the proxy did its part, nobody is sent to look at it."""
    with ForwardProxy() as proxy, ScriptedServer(script, tls=tls) as service:
        message = told(refused(service.url, client=client(trust, https=proxy.url)), proxy.address)

    assert "could not be reached" not in message
    assert "broke the connection off" in message or "did not answer in time" in message


def told(failure: Unavailable, proxy: str) -> str:
    """Return what is said of a failure; the proxy must be named, and its password nowhere."""
    shown = "".join(traceback.format_exception(failure)) + repr(failure)
    assert PASSWORD not in shown
    assert f"through the proxy {proxy}" in str(failure)
    return str(failure)


@pytest.mark.parametrize("url", [ASKED, ASKED.replace("https:", "http:")])
def test_a_dead_proxy_is_named(url: str) -> None:
    """Whoever reads of it knows that it is not the registry that is down; another try may fare better."""
    with socket.socket() as deaf:  # it holds its port, so that nobody else listens there meanwhile
        deaf.bind(("127.0.0.1", 0))
        address = "{}:{}".format(*deaf.getsockname())
        dead = with_password(f"http://{address}")
        failure = refused(url, client=client(https=dead, http=dead))

    assert told(failure, address).startswith(f"the registry could not be reached through the proxy {address} (ProxyErr")
    assert failure.passing


REFUSAL = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    ("script", "said"),
    [
        pytest.param(once(REFUSAL), "Tunnel connection failed: 407 Proxy Authentication Required", id="password"),
        pytest.param(once(b"HTTP/1.1 403 \x1b[2J\r\n\r\n"), "Tunnel connection failed: 403", id="forbidden"),
        pytest.param(once(b""), "broke the connection off", id="closed without a word"),
        pytest.param(reset, "broke the connection off", id="reset"),
        pytest.param(once(b"SSH-2.0-OpenSSH_9.9\r\n"), "broke the connection off", id="another protocol"),
        pytest.param(hang, "did not answer in time", id="hang"),
        pytest.param(drip(b"", b"H"), "did not answer in time", id="drip of a status line"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\nX: ", b"x"), "did not answer in time", id="drip of a header"),
    ],
)
def test_a_proxy_that_does_not_connect(script: Script, said: str) -> None:
    """Whatever it does instead becomes one failure that says so, in a line and before the deadline."""
    with ScriptedServer(script) as proxy:
        failure = refused(ASKED, client=client(https=with_password(proxy.url)))
        message = told(failure, proxy.url.removeprefix("http://"))

    assert said in message
    assert message.isprintable()
