"""Certificates of clients: by whose authority they must be, and whose names must be in them."""

import logging
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from webhook.core.printable import printable
from webhook.errors import InvalidDocument

QUIET_SECONDS = 1.0
"""Between two lines of the log about refusals: whoever is refused may come again as often as they like."""


class ClientCertificates:
    """Those that are asked for, and let in."""

    def __init__(self, ca_file: Path, names: Collection[str], log: logging.Logger) -> None:
        """Let clients in with a certificate by an authority in *ca_file* that has one of *names*."""
        self.ca_file = ca_file
        self._names = frozenset(names)
        self._log = log
        self._lock = threading.Lock()
        self._told = -QUIET_SECONDS
        self._untold = 0

    def demand(self, context: ssl.SSLContext) -> None:
        """Have *context* refuse everybody else in the handshake.

        Raises:
            InvalidDocument: the file of the authorities cannot be read, or has none.
        """
        try:
            context.load_verify_locations(self.ca_file)
        except (OSError, ssl.SSLError) as error:
            reason = error.reason if isinstance(error, ssl.SSLError) else error.strerror
            raise InvalidDocument(f"{self.ca_file}: not certificates of authorities: {reason}") from error
        context.verify_mode = ssl.CERT_REQUIRED
        context.sslsocket_class = _asking(self._check, self._tell)

    def _check(self, shown: dict[str, Any]) -> None:
        names = list(names_in(shown))
        if self._names.isdisjoint(names):
            told = ", ".join(name[:80] for name in names[:5]) or "no name"
            raise ssl.SSLCertVerificationError(f"its certificate is of {told}, who may not ask")

    def _tell(self, peer: object, error: ssl.SSLError) -> None:
        with self._lock:
            if time.monotonic() - self._told < QUIET_SECONDS:
                self._untold += 1
                return
            self._told, untold, self._untold = time.monotonic(), self._untold, 0
        reason = printable(str(error.args[-1]), limit=400)
        more = f", and {untold} others before it" if untold else ""
        self._log.warning("a client at %s was refused: %s%s", peer, reason, more)


def names_in(shown: dict[str, Any]) -> Iterator[str]:
    """Yield the names in a certificate as `ssl.SSLSocket.getpeercert` gives it: common names, and alternative ones."""
    for part in shown.get("subject", ()):
        yield from (value for key, value in part if key == "commonName")
    yield from (value for kind, value in shown.get("subjectAltName", ()) if kind in ("DNS", "IP Address", "URI"))


def _asking(
    check: Callable[[dict[str, Any]], None], tell: Callable[[object, ssl.SSLError], None]
) -> type[ssl.SSLSocket]:
    """Return a kind of socket that is no use to a client before *check* has seen its certificate."""

    class Asking(ssl.SSLSocket):
        def do_handshake(self, block: bool = False) -> None:
            try:
                super().do_handshake(block)
                check(self.getpeercert() or {})
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                raise
            except ssl.SSLError as error:
                tell(_peer(self), error)
                raise

    return Asking


def _peer(connection: ssl.SSLSocket) -> str:
    try:
        name = connection.getpeername()
    except OSError:
        name = ""
    return str(name[0]) if name else "an unknown address"
