"""Pools of connections: whom they trust, through which proxy they go, and that no answer takes too long to begin."""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import proxy_bypass

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ProtocolError, ProxyError
from urllib3.response import HTTPResponse

from webhook.core.secret import Secret
from webhook.errors import InvalidDocument

SERVICES = 8
"""Hosts to which connections are kept: the registry's API, its manifests, IAM and a few more registries."""


def trusted(ca_file: Path | None) -> ssl.SSLContext:
    """Return a context that trusts the authorities in *ca_file*, or those of the system.

    Raises:
        InvalidDocument: the file cannot be read, or holds no certificate.
    """
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except ssl.SSLError as error:
        raise InvalidDocument(f"{ca_file}: is no PEM file of certificates: {error.reason or error}") from error
    except OSError as error:
        raise InvalidDocument(f"{ca_file}: cannot be read: {error.strerror}") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def trusting(authorities: str) -> ssl.SSLContext:
    """Return a context that trusts exactly *authorities*, PEM, and reads certificates as an API server does.

    Each of them is trusted by itself, whoever signed it, and the name of a host counts only as a subjectAltName.

    Raises:
        InvalidDocument: there is no certificate in it.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cadata=authorities)
    except (ssl.SSLError, TypeError, ValueError) as error:
        raise InvalidDocument("caBundle: is no PEM of certificates") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.hostname_checks_common_name = False
    return context


class Pools:
    """One pool for the direct way, and one for each proxy. Safe to use from many threads."""

    def __init__(
        self,
        *,
        connections: int,
        context: ssl.SSLContext,
        proxies: Mapping[str, Secret],
        server_name: str | None = None,
    ) -> None:
        """Keep up to *connections* open to each host.

        *proxies* has the URL of a proxy by scheme, and under `no` the hosts that are reached without one.
        *server_name* is who a server must prove to be, where that is not the host of the URL.
        """
        self._options: dict[str, Any] = {
            "maxsize": connections,
            "ssl_context": context,
            "retries": False,
            "server_hostname": server_name,
        }
        self._context = context
        self._proxies = {scheme: proxy.reveal() for scheme, proxy in proxies.items()}
        self._direct = _punctual_pool(urllib3.PoolManager(SERVICES, **self._options))
        self._through = {scheme: self._proxied(url) for scheme, url in self._proxies.items() if scheme != "no"}

    def of(self, url: str) -> urllib3.PoolManager:
        """Return the pool for *url*: a proxy's or the direct one, as other programs choose by the same variables."""
        parts = urlsplit(url)
        if parts.scheme not in self._through or proxy_bypass(parts.netloc, self._proxies):
            return self._direct
        return self._through[parts.scheme]

    def proxy_of(self, url: str) -> str | None:
        """Return `host:port` of the proxy through which *url* is reached; None where it is reached without one."""
        proxy = self.of(url).proxy
        return None if proxy is None else proxy.netloc

    def _proxied(self, url: str) -> urllib3.PoolManager:
        """Return the pool behind a proxy, whose URL may name a user and a password."""
        parts = urlsplit(url if "://" in url else f"http://{url}")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        headers = urllib3.make_headers(proxy_basic_auth=f"{user}:{password}") if user else None
        address = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        return _punctual_pool(
            urllib3.ProxyManager(
                address, SERVICES, proxy_headers=headers, proxy_ssl_context=self._context, **self._options
            )
        )


def _punctual_pool(pool: urllib3.PoolManager) -> urllib3.PoolManager:
    pool.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}
    return pool


@contextmanager
def _punctual(connection: HTTPConnection) -> Iterator[None]:
    """Cut *connection* off where the head of an answer takes longer than the call may.

    The library bounds the wait for each piece; a head that comes a byte at a time has many pieces.
    """
    late = threading.Event()

    def cut() -> None:
        late.set()
        # TLS within TLS, through a proxy that is spoken to over TLS itself, is a wrapper around the socket.
        innermost = getattr(connection.sock, "socket", connection.sock)
        with suppress(OSError):
            # Not the TLS socket's own method: that one is not made to be called while another thread reads.
            socket.socket.shutdown(innermost, socket.SHUT_RDWR)

    timer = threading.Timer(connection.timeout or 0.0, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except ConnectionError as error:
        # The library closes the connection then, and would go on to say that it never got to its proxy.
        raise ProtocolError("connection broken off", error) from error
    finally:
        timer.cancel()
        if late.is_set():
            raise TimeoutError("the head of the answer did not come in time")


class _PlainConnection(HTTPConnection):
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # the library overrides it so, too
        """Wait for the head of the answer."""
        with _punctual(self):
            return super().getresponse()


class _TlsConnection(HTTPSConnection):
    def _tunnel(self) -> None:
        """Have the proxy connect. Its answer has a head, too, which the library reads by itself."""
        try:
            with _punctual(self):
                super()._tunnel()  # type: ignore[misc, unused-ignore]  # typed for some Pythons only
        except TimeoutError:
            raise
        except OSError as error:
            raise ProxyError(str(error), error) from error

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # the library overrides it so, too
        """Wait for the head of the answer."""
        with _punctual(self):
            return super().getresponse()


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _TlsConnection
