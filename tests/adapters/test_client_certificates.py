"""Certificates of clients: who is let in, and what is said of who is not."""

import logging
import socket
import ssl
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from tests.certificates import Authority, Pair
from webhook.adapters.client_certificates import ClientCertificates, names_in
from webhook.adapters.tls import ServingCertificate
from webhook.errors import InvalidDocument

LOG = logging.getLogger("test.clients")


class Meeting:
    """A server with a certificate by one authority, that asks for certificates by another one."""

    def __init__(self, folder: Path, *names: str) -> None:
        """Let clients in that have one of *names*."""
        self.servers, self.clients = Authority(), Authority("clients")
        self.folder = folder
        self.ca_file = folder / "clients.crt"
        self.ca_file.write_text(self.clients.pem)
        asked = ClientCertificates(self.ca_file, names, LOG)
        self.certificate = ServingCertificate(*self.servers.issue().write(folder), LOG, asked)

    def admits(self, pair: Pair | None) -> bool:
        """Tell whether a client with a certificate, or without one, gets an answer."""
        here, there = socket.socketpair()
        here.settimeout(30)
        server = threading.Thread(target=self._answer, args=(there,))
        server.start()
        trust = self.servers.trust()
        if pair is not None:
            (self.folder / "client").mkdir(exist_ok=True)
            trust.load_cert_chain(*pair.write(self.folder / "client"))
        try:
            with trust.wrap_socket(here, server_hostname="localhost") as connection:
                return connection.recv(5) == b"hello"
        except OSError:
            return False
        finally:
            here.close()
            server.join()

    def _answer(self, plain: socket.socket) -> None:
        with plain, suppress(OSError), self.certificate.context().wrap_socket(plain, server_side=True) as connection:
            connection.sendall(b"hello")


def test_client_with_a_name(tmp_path: Path) -> None:
    """A client whose certificate is by that authority and has one of the names is let in."""
    meeting = Meeting(tmp_path, "kube-apiserver", "another")
    assert meeting.admits(meeting.clients.admit("kube-apiserver", "system:masters"))


@pytest.mark.parametrize("who", ["nobody", "a stranger", "another name"])
def test_others(tmp_path: Path, caplog: pytest.LogCaptureFixture, who: str) -> None:
    """Everybody else is not, and the log says who came; a group is no name."""
    meeting = Meeting(tmp_path, "kube-apiserver")
    pairs = {
        "nobody": None,
        "a stranger": meeting.servers.admit("kube-apiserver"),
        "another name": meeting.clients.admit("kubelet\n", "kube-apiserver"),
    }
    said = {
        "nobody": "PEER_DID_NOT_RETURN",
        "a stranger": "certificate verify failed",
        "another name": "kubelet\\u000a",
    }
    assert not meeting.admits(pairs[who])
    (line,) = [record.getMessage() for record in caplog.records if "refused" in record.getMessage()]
    assert said[who].lower() in line.lower()


def test_log_is_not_flooded(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Clients that are refused again and again have a line in a while."""
    meeting = Meeting(tmp_path, "kube-apiserver")
    assert not any(meeting.admits(None) for _ in range(10))
    assert len([record for record in caplog.records if "refused" in record.getMessage()]) < 5


def test_authority_that_is_replaced(tmp_path: Path) -> None:
    """Another authority in the file counts for the next client; a file without one changes nothing."""
    meeting = Meeting(tmp_path, "kube-apiserver")
    old, new = meeting.clients, Authority("new clients")
    meeting.ca_file.write_text("no certificate")
    assert meeting.admits(old.admit("kube-apiserver"))
    assert "not certificates of authorities" in str(meeting.certificate.problem)
    meeting.ca_file.write_text(new.pem)
    assert not meeting.admits(old.admit("kube-apiserver"))
    assert meeting.admits(new.admit("kube-apiserver"))
    assert meeting.certificate.problem is None


def test_no_authority_at_the_start(tmp_path: Path) -> None:
    """Without authorities the gate does not begin to serve."""
    demanded = ClientCertificates(tmp_path / "none.crt", ["a"], LOG)
    with pytest.raises(InvalidDocument, match=r"none\.crt: not certificates of authorities: No such file"):
        demanded.demand(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))


def test_names() -> None:
    """Names are common names, and the alternative ones that name a host, an address or a workload."""
    shown = {
        "subject": ((("organizationName", "group"),), (("commonName", "name"),)),
        "subjectAltName": (("DNS", "host"), ("IP Address", "10.0.0.1"), ("URI", "spiffe://x/y"), ("email", "a@b")),
    }
    assert list(names_in(shown)) == ["name", "host", "10.0.0.1", "spiffe://x/y"]
    assert list(names_in({})) == []
