"""The serving certificate: re-read when its files change, without losing a connection."""

import logging
import ssl
import threading
from datetime import datetime
from pathlib import Path

from cryptography import x509

from webhook.adapters.client_certificates import ClientCertificates
from webhook.core.serving import TlsVersion
from webhook.errors import InvalidDocument

LOOK_SECONDS = 1.0
"""Between two looks without a connection. Both cost two `stat` calls."""

MAX_BYTES = 1024 * 1024
"""Of each file. A chain has a few kilobytes, a Secret at most a megabyte; the TLS library would read anything."""


_VERSIONS = {TlsVersion.TLS_1_2: ssl.TLSVersion.TLSv1_2, TlsVersion.TLS_1_3: ssl.TLSVersion.TLSv1_3}


class ServingCertificate:
    """Gives the TLS context for a new connection; the last good one while the files do not fit together.

    A certificate and its key are two files: between the writing of the one and of the other they do not
    match, and a context made at that moment would refuse every client.
    """

    def __init__(
        self,
        cert_file: Path,
        key_file: Path,
        log: logging.Logger,
        clients: ClientCertificates | None = None,
        least: TlsVersion = TlsVersion.TLS_1_2,
    ) -> None:
        """Load the pair, and what is demanded of *clients*, if anything is; speak no version before *least*.

        Raises:
            InvalidDocument: the files cannot be read, or are not a certificate and its key.
        """
        self._files = (cert_file, key_file)
        self._clients = clients
        self._least = _VERSIONS[least]
        self._log = log
        self._lock = threading.Lock()
        self._seen = self._stamp()
        self.problem: str | None = None
        """What is wrong with the files now; None while they are in use."""
        self.failures = 0
        """How often they could not be loaded."""
        self._context, self.end = self._load()
        self._stopping = threading.Event()

    def start(self) -> None:
        """Look at the files every second, in a thread, until `stop`.

        A process to which no new connection comes would otherwise miss a good pair. It would go on with an older
        one, which may have ended, if the next pair is a bad one, and nothing would tell of that.
        """
        threading.Thread(target=self._watch, name="certificate", daemon=True).start()

    def stop(self) -> None:
        """End that."""
        self._stopping.set()

    def context(self) -> ssl.SSLContext:
        """Return the context to use now. Costs two `stat` calls while nothing changes."""
        stamp = self._stamp()
        if stamp != self._seen:
            with self._lock:
                if stamp != self._seen:
                    self._reload(stamp)
        return self._context

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            self.context()

    def _reload(self, stamp: tuple[tuple[int, ...], ...]) -> None:
        try:
            self._context, self.end = self._load()
            self.problem = None
            self._log.info("serving certificate reloaded")
        except InvalidDocument as error:
            self.problem = str(error)
            self.failures += 1
            self._log.error("serving certificate kept: %s", error)
        # Last: until then others wait for what is being loaded, and are not given what it replaces.
        self._seen = stamp

    def _load(self) -> tuple[ssl.SSLContext, datetime | None]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = self._least
        # No client of a webhook resumes sessions; and each connection is one handshake, whoever would like another.
        context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_TICKET
        context.num_tickets = 0
        cert_file, key_file = self._files
        for file in self._files:
            if file.is_file() and file.stat().st_size > MAX_BYTES:
                raise InvalidDocument(f"{file}: has more than {MAX_BYTES} bytes; a PEM file has a few thousand")
        try:
            # An empty password: a key that needs one is refused, where the library would ask the terminal for it.
            context.load_cert_chain(cert_file, key_file, password="")
        except (OSError, ssl.SSLError) as error:
            reason = error.reason if isinstance(error, ssl.SSLError) else error.strerror
            raise InvalidDocument(f"{cert_file}, {key_file}: not a certificate and its key: {reason}") from error
        if self._clients is not None:
            self._clients.demand(context)
        return context, _end(cert_file)

    def _stamp(self) -> tuple[tuple[int, ...], ...]:
        """Describe the files so that any change of one shows, a swapped symbolic link too."""
        authorities = () if self._clients is None else (self._clients.ca_file,)
        return tuple(_stamp(file) for file in (*self._files, *authorities))


def _end(cert_file: Path) -> datetime | None:
    """Return when the first of the certificates in the file ends: from then on clients refuse all of it.

    None where that cannot be read; whether a certificate can be served by is the TLS library's to say.
    """
    try:
        return min(each.not_valid_after_utc for each in x509.load_pem_x509_certificates(cert_file.read_bytes()))
    except (OSError, ValueError):
        return None


def _stamp(file: Path) -> tuple[int, ...]:
    try:
        found = file.stat()
    except OSError:
        return ()
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
