"""What goes over a connection stays on it: no plain text, no second handshake, no content of a review in a log."""

import json
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.gates import Gate, Setup, gate, post
from tests.processes import PATIENCE_SECONDS
from tests.service.registry import Registry, uid_of

PRIVATE = "nobody-but-the-api-server-knows-this"


@pytest.mark.parametrize(
    "sent",
    [
        b"POST /validate HTTP/1.1\r\nHost: gate\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
        b"GET /healthz HTTP/1.1\r\nHost: gate\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_plain_text_is_not_answered(server: Gate, world: Registry, sent: bytes) -> None:
    """Who speaks HTTP without TLS hears nothing but, at the most, that this is no TLS; and leaves no record."""
    known = len(server.process.output.all())
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS) as connection:
        connection.sendall(sent)
        assert heard(connection)[:1] in (b"", b"\x15")  # an alert of TLS
    review = world.app().review()
    assert server.judge(review)["allowed"]
    server.record(uid_of(review))
    assert not [record for record in server.process.output.documents()[known:] if record["decision"] == "error"]


def heard(connection: socket.socket) -> bytes:
    """Return all that comes until the gate closes."""
    data = b""
    while more := connection.recv(65536):
        data += more
    return data


@pytest.mark.skipif(shutil.which("openssl") is None, reason="only openssl's client asks for a second handshake")
def test_second_handshake_is_refused(server: Gate, world: Registry, authority: Authority, tmp_path: Path) -> None:
    """A client that would renegotiate, which costs it little and the gate much, is told that this is not done."""
    (tmp_path / "ca.crt").write_text(authority.pem)
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", "-tls1_2", "-CAfile", "ca.crt"]
    done = subprocess.run(
        command, input=b"R\n", cwd=tmp_path, capture_output=True, timeout=PATIENCE_SECONDS, check=False
    )
    assert b"Verify return code: 0 (ok)" in done.stdout
    assert b"RENEGOTIATING" in done.stdout + done.stderr
    assert b"no renegotiation" in done.stderr
    assert server.judge(world.app().review())["allowed"]


def test_what_a_review_holds_is_not_logged(world: Registry, authority: Authority, tmp_path: Path) -> None:
    """Neither the content of a pod nor what a client sends beside it is in the audit log or in the log, not even where
    everything is logged and the review is broken."""
    review = world.app().review()
    review["request"]["object"]["spec"]["containers"][0]["env"] = [{"name": "PASSWORD", "value": PRIVATE}]
    body = json.dumps(review).encode()
    headers = {"Authorization": f"Bearer {PRIVATE}", "X-Note": PRIVATE, "Cookie": PRIVATE}
    with gate(tmp_path, authority, Setup(registry=world.url, settings={"logLevel": "debug"})) as server:
        connection = server.connect()
        assert post(connection, body, headers=headers).response["allowed"] is True
        assert post(connection, body[:-1], headers=headers).status == 400
        assert post(connection, body.replace(b'"AdmissionReview"', b'"Other"'), headers=headers).status == 400
        connection.close()
        server.record(uid_of(review))
    written = server.process.output.all() + server.process.log.all()
    assert len(server.process.output.all()) == 3
    assert PRIVATE.encode() not in b"".join(written)
