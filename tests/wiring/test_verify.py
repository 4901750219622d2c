"""`scangate verify`, as a process in front of an API server."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.api_server import WEBHOOKS, ApiServer, installation, serving
from tests.certificates import Authority
from tests.certified import certify
from tests.processes import run
from webhook.core.cluster import ObjectName

PLACE = ("--namespace", "scangate", "--webhook", "scangate")
NAMES = ("--secret", "scangate-tls")


@pytest.fixture
def expected(tmp_path: Path) -> Path:
    """Write what the webhook configuration should be like."""
    file = tmp_path / "expected.yaml"
    file.write_text(yaml.safe_dump(installation()[WEBHOOKS]))
    return file


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ApiServer]:
    """Serve an installation whose certificates are in order."""
    with serving(tmp_path, installation()) as running:
        certify(running.kubeconfig, ObjectName("scangate", "scangate-tls"), service="scangate", webhook="scangate")
        yield running


def verify(server: ApiServer, expected: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command."""
    return run("verify", *PLACE, "--expected", expected, "--kubeconfig", server.kubeconfig, *arguments)


@pytest.mark.parametrize("arguments", [(), NAMES])
def test_as_expected(server: ApiServer, expected: Path, arguments: tuple[str, ...]) -> None:
    """Exit code 0, and one line says so."""
    done = verify(server, expected, *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (0, "scangate: as expected.\n", "")


def test_bypass(server: ApiServer, expected: Path) -> None:
    """Exit code 1, with a line for each way past the gate."""
    server.objects[WEBHOOKS]["webhooks"][0]["failurePolicy"] = "Ignore"
    done = verify(server, expected)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines() == [
        "bypass: pods.scangate.dev: failurePolicy is Ignore: while the gate is away, everything passes",
        "scangate: the gate is not what it should be, for 1 reason.",
    ]


def test_certificate_that_is_not_vouched_for(server: ApiServer, expected: Path) -> None:
    """With the Secret's name, the caBundle is held against what is served."""
    server.objects[WEBHOOKS]["webhooks"][0]["clientConfig"]["caBundle"] = "UEVN"
    assert verify(server, expected).returncode == 0
    done = verify(server, expected, *NAMES)
    assert done.returncode == 1
    assert done.stdout.startswith("outage: pods.scangate.dev: caBundle does not vouch for the gate")


def test_certificate_in_a_file(server: ApiServer, expected: Path, tmp_path: Path) -> None:
    """The certificate may also be a file; one that cannot be read is no answer."""
    served = tmp_path / "served.crt"
    assert verify(server, expected, "--certificate", str(served)).returncode == 2
    certificate, _ = Authority().issue("scangate.scangate.svc").write(tmp_path)
    done = verify(server, expected, "--certificate", str(certificate))
    assert done.returncode == 1
    assert "none of its authorities has signed what is served" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--secret", "a"), "--secret needs --namespace"),
        (("--namespace", "a", "--secret", "a", "--certificate", "a"), "--secret or --certificate, not both"),
    ],
)
def test_options_that_do_not_go_together(expected: Path, arguments: tuple[str, ...], said: str) -> None:
    """Exit code 2, and a word on how."""
    done = run("verify", "--webhook", "scangate", "--expected", expected, *arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_note(server: ApiServer, expected: Path) -> None:
    """What weakens nothing is told, and is no failure."""
    server.objects[WEBHOOKS]["webhooks"][0]["timeoutSeconds"] = 7
    done = verify(server, expected)
    assert done.returncode == 0
    assert done.stdout.startswith("note: pods.scangate.dev: timeoutSeconds is 7, not 10\n")


def test_no_configuration(server: ApiServer, expected: Path) -> None:
    """That it is not there is the answer, not an error."""
    del server.objects[WEBHOOKS]
    done = verify(server, expected)
    assert done.returncode == 1
    assert "there is no webhook configuration scangate: nothing is judged" in done.stdout


@pytest.mark.parametrize("text", [None, "", "kind: Pod", "a: 1\n---\nb: 1", "{"])
def test_file_that_is_none(server: ApiServer, expected: Path, text: str | None) -> None:
    """Exit code 2, and it is named."""
    expected.unlink() if text is None else expected.write_text(text)
    done = verify(server, expected)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"scangate: {expected}: ")
    assert len(done.stderr.splitlines()) == 1


def test_no_answer(server: ApiServer, expected: Path) -> None:
    """Exit code 2: without an answer nothing is known."""
    server.forbidden.add(("GET", WEBHOOKS))
    done = verify(server, expected)
    assert (done.returncode, done.stdout) == (2, "")
    assert 'User "somebody" cannot get' in done.stderr
