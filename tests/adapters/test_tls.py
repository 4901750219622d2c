"""The serving certificate: re-read when it changes, and never replaced by a bad one."""

import logging
import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509

from tests.certificates import Authority, Pair, serial_of
from tests.mounts import Mount
from tests.processes import eventually
from webhook.adapters.tls import ServingCertificate
from webhook.errors import InvalidDocument

LOG = logging.getLogger("test.tls")


@pytest.fixture(scope="module")
def authority() -> Authority:
    """An authority for all certificates of this module."""
    return Authority()


def served(certificate: ServingCertificate, authority: Authority) -> int:
    """Return the serial number of the certificate that a client is shown in a handshake."""
    here, there = socket.socketpair()
    server = threading.Thread(target=_answer, args=(certificate.context(), there))
    server.start()
    trust = ssl.create_default_context(cadata=authority.pem)
    with trust.wrap_socket(here, server_hostname="localhost") as connection:
        shown = connection.getpeercert(binary_form=True)
    server.join()
    assert shown
    return serial_of(shown)


def _answer(context: ssl.SSLContext, plain: socket.socket) -> None:
    with context.wrap_socket(plain, server_side=True) as connection:
        connection.recv(1)


def mounted(folder: Path, pair: Pair) -> tuple[Mount, ServingCertificate]:
    """Mount *pair* as a Secret, and load it."""
    mount = Mount(folder / "tls")
    publish(mount, pair.certificate, pair.key)
    return mount, ServingCertificate(mount.folder / "tls.crt", mount.folder / "tls.key", LOG)


def publish(mount: Mount, certificate: bytes, key: bytes) -> None:
    """Replace both files at once, as the kubelet does."""
    mount.publish({"tls.crt": certificate.decode(), "tls.key": key.decode()})


def test_swapped_secret_is_served(tmp_path: Path, authority: Authority) -> None:
    """A Secret that the kubelet swaps is served to the next client, each time it is swapped."""
    first = authority.issue()
    mount, certificate = mounted(tmp_path, first)
    assert served(certificate, authority) == first.serial
    for _ in range(3):
        pair = authority.issue()
        publish(mount, pair.certificate, pair.key)
        assert served(certificate, authority) == pair.serial
        assert certificate.problem is None


def test_files_that_are_written_over_are_served(tmp_path: Path, authority: Authority) -> None:
    """Plain files that are replaced one after the other are served once they fit together."""
    first, second = authority.issue(), authority.issue()
    certificate = ServingCertificate(*first.write(tmp_path), LOG)
    (tmp_path / "tls.crt").write_bytes(second.certificate)
    assert served(certificate, authority) == first.serial
    assert "not a certificate and its key" in str(certificate.problem)
    (tmp_path / "tls.key").write_bytes(second.key)
    assert served(certificate, authority) == second.serial
    assert certificate.problem is None


def test_clients_that_come_at_once(tmp_path: Path, authority: Authority) -> None:
    """None of the clients that come after a swap is given what was there before, not even while it is being read."""
    mount, certificate = mounted(tmp_path, authority.issue())
    with ThreadPoolExecutor(8) as threads:
        for _ in range(30):
            before, pair = certificate.context(), authority.issue()
            publish(mount, pair.certificate, pair.key)
            given = [threads.submit(certificate.context) for _ in range(8)]
            assert before not in [each.result() for each in given]


def test_files_are_looked_at_without_clients(tmp_path: Path, authority: Authority) -> None:
    """While it is started a swap is noticed although nobody connects."""
    mount, certificate = mounted(tmp_path, authority.issue())
    certificate.start()
    publish(mount, authority.issue().certificate, authority.issue().key)
    eventually(lambda: certificate.problem is not None)
    certificate.stop()


def test_context_is_made_once(tmp_path: Path, authority: Authority) -> None:
    """While nothing changes every connection shares one context: reading the files again costs a handshake's time."""
    _, certificate = mounted(tmp_path, authority.issue())
    assert len({id(certificate.context()) for _ in range(100)}) == 1


@pytest.mark.parametrize("spoilt", ["certificate", "key"])
@pytest.mark.parametrize("how", ["garbage", "empty", "cut", "another's"])
def test_bad_pair_is_not_taken_up(
    tmp_path: Path, authority: Authority, caplog: pytest.LogCaptureFixture, spoilt: str, how: str
) -> None:
    """Whatever is wrong with a new pair, the last good one is served, the log says so once, and a good one mends it."""
    good, new, other = authority.issue(), authority.issue(), authority.issue()
    mount, certificate = mounted(tmp_path, good)
    files = {"certificate": new.certificate, "key": new.key}
    bad = {
        "garbage": b"-----BEGIN NONSENSE-----\n",
        "empty": b"",
        "cut": files[spoilt][: len(files[spoilt]) // 2],
        "another's": {"certificate": other.certificate, "key": other.key}[spoilt],
    }
    publish(mount, **{**files, spoilt: bad[how]})
    assert [served(certificate, authority) for _ in range(3)] == [good.serial] * 3
    assert certificate.problem is not None
    assert str(mount.folder / "tls.crt") in certificate.problem
    assert [record.levelname for record in caplog.records if record.levelno > logging.INFO] == ["ERROR"]
    publish(mount, new.certificate, new.key)
    assert served(certificate, authority) == new.serial
    assert certificate.problem is None


@pytest.mark.parametrize("missing", ["tls.crt", "tls.key"])
def test_file_that_is_gone(tmp_path: Path, authority: Authority, missing: str) -> None:
    """A file that disappears changes nothing but what readiness says; it may come back."""
    good = authority.issue()
    certificate = ServingCertificate(*good.write(tmp_path), LOG)
    (tmp_path / missing).unlink()
    assert served(certificate, authority) == good.serial
    assert "No such file" in str(certificate.problem)
    good.write(tmp_path)
    assert served(certificate, authority) == good.serial
    assert certificate.problem is None


def test_key_never_shows(tmp_path: Path, authority: Authority, caplog: pytest.LogCaptureFixture) -> None:
    """Neither what is logged nor what is told holds any of the key."""
    mount, certificate = mounted(tmp_path, authority.issue())
    key = authority.issue().key
    publish(mount, authority.issue().certificate, key)
    certificate.context()
    shown = caplog.text + str(certificate.problem)
    assert not any(line in shown for line in key.decode().splitlines()[1:-1])


@pytest.mark.parametrize("name", ["tls.crt", "tls.key"])
def test_start_without_a_pair(tmp_path: Path, authority: Authority, name: str) -> None:
    """A gate without a certificate and its key does not start, and names the files."""
    certificate, key = authority.issue().write(tmp_path)
    (tmp_path / name).write_text("nonsense")
    with pytest.raises(InvalidDocument, match=f"{certificate}, {key}: not a certificate and its key"):
        ServingCertificate(certificate, key, LOG)
    (tmp_path / name).unlink()
    with pytest.raises(InvalidDocument, match="No such file"):
        ServingCertificate(certificate, key, LOG)


def test_many_threads_meet_a_new_pair(tmp_path: Path, authority: Authority) -> None:
    """Connections that are opened while the pair changes get the old or the new one, and none of them fails."""
    first, second = authority.issue(), authority.issue()
    mount, certificate = mounted(tmp_path, first)
    found: list[int] = []
    clients = [
        threading.Thread(target=lambda: found.extend(served(certificate, authority) for _ in range(20)))
        for _ in range(4)
    ]
    for client in clients:
        client.start()
    publish(mount, second.certificate, second.key)
    for client in clients:
        client.join()
    assert len(found) == 80
    assert set(found) <= {first.serial, second.serial}
    assert served(certificate, authority) == second.serial


def test_the_end_of_what_is_served_is_known(tmp_path: Path, authority: Authority) -> None:
    """It is that of the certificate in use, and what could not be loaded is counted."""
    first, second = authority.issue(), authority.issue("elsewhere")
    mount, certificate = mounted(tmp_path, first)
    end = x509.load_pem_x509_certificate(first.certificate).not_valid_after_utc
    assert (certificate.end, certificate.failures) == (end, 0)
    publish(mount, second.certificate, first.key)
    certificate.context()
    assert (certificate.end, certificate.failures) == (end, 1)
