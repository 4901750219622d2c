"""What brought other admission controllers down, or made them obey a stranger, tried on the running gate.

Each test is named after the advisory; `docs/published-bypasses.md` says what each taught.
"""

from pathlib import Path

import pytest

from tests.builders import pod, review
from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.service.reasons import reasons
from tests.service.registry import Registry, asked
from webhook.emulator.faults import Huge

TEMPLATES = ("${jndi:ldap://x}", "{{7*7}}", "$(touch /tmp/x)", "`id`", "%n%s", "{0.__class__}", "<!--#exec-->")


def test_cve_2023_42813_an_answer_without_end(server: Gate, world: Registry) -> None:
    """An answer of many megabytes costs one denial, and not the gate."""
    app, another = world.apps(2)
    world.emulator.faults.add(Huge(path="GET */scans/*", mebibytes=64))
    assert reasons(server.judge(app.review())) == {"unreadable"}
    world.emulator.faults.clear()
    assert server.judge(another.review())["allowed"] is True


@pytest.mark.parametrize(
    "text", ["a" * 500_000, "a/" * 200_000, "a-" * 200_000 + "!", "a." * 200_000 + ":", "a@" * 100_000, "_" * 300_000]
)
def test_connaisseur_3_3_0_patterns_that_never_end(server: Gate, text: str) -> None:
    """A long reference, made to keep a pattern busy, is refused; and so promptly that the next caller is not late."""
    assert reasons(server.judge(asked(pod(text)))) == {"invalid-reference"}


@pytest.mark.parametrize("text", TEMPLATES)
def test_cve_2025_1974_nothing_in_a_review_is_carried_out(server: Gate, world: Registry, text: str) -> None:
    """Names that are templates or commands somewhere are text here: recorded as they are, and refused as images."""
    manifest = pod(text, annotations={"scan-result.scangate.dev/app": text})
    response = server.judge(review(manifest, name=text, namespace=text, uid=f"uid {text}"))
    assert reasons(response) == {"invalid-reference"}
    record = server.record(f"uid {text}")
    assert (record["request"]["name"], record["images"][0]["reference"]) == (text, text)


def test_cve_2024_12401_a_certificate_without_end(world: Registry, authority: Authority, tmp_path: Path) -> None:
    """A certificate file of many megabytes is not parsed: the one in use stays, and the gate goes on."""
    app = world.app()
    with gate(tmp_path, authority, Setup(registry=world.url)) as own:
        (tmp_path / "tls.crt").write_text("-----BEGIN CERTIFICATE-----\n" + "QUFB\n" * 8_000_000, encoding="ascii")
        own.process.log.first(lambda line: "has more than" in line["message"])
        assert own.judge(app.review())["allowed"] is True


def test_cve_2024_1135_two_ends_of_one_request(server: Gate, world: Registry) -> None:
    """A request with two lengths is refused, and what follows on its connection is nobody's request."""
    hidden = b"POST /validate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    chunked = b"0\r\n\r\n" + hidden
    head = (
        b"POST /validate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Length: %d\r\n\r\n" % len(chunked)
    )
    with server.socket() as connection:
        connection.sendall(head + chunked)
        answer = b""
        while received := connection.recv(65536):
            answer += received
    assert answer.startswith(b"HTTP/1.1 400")
    assert answer.count(b"HTTP/1.1 ") == 1
