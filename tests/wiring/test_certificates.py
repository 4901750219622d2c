"""`scangate certificates ensure`, as a process in front of an API server."""

import base64
import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.api_server import LEASE, SECRET, TOKEN, WEBHOOKS, ApiServer, installation, serving
from tests.processes import run
from webhook.jobs.certificates.reading import certificates, covers
from webhook.jobs.certificates.vouching import doubt

PLACE = ("--namespace", "scangate", "--secret", "scangate-tls", "--service", "scangate", "--webhook", "scangate")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ApiServer]:
    """Serve an installation."""
    with serving(tmp_path, installation()) as running:
        yield running


def ensure(server: ApiServer, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command; nothing that it says may be a secret, and standard output stays empty."""
    done = run("certificates", "ensure", *PLACE, *arguments, environment={"KUBECONFIG": str(server.kubeconfig)})
    assert TOKEN not in done.stderr
    assert "PRIVATE" not in done.stderr
    assert done.stdout == ""
    return done


def test_it_brings_all_in_order(server: ApiServer) -> None:
    """Exit code 0, a line for each step, and a caBundle that vouches for a certificate with every name."""
    done = ensure(server)

    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["message"] for line in done.stderr.splitlines()] == [
        "new authority stored",
        "authorities published",
        "new serving certificate stored",
        "nothing left to do",
    ]
    served = base64.b64decode(server.objects[SECRET]["data"]["tls.crt"])
    [certificate] = certificates(served)
    for webhook in server.objects[WEBHOOKS]["webhooks"]:
        bundle = webhook["clientConfig"]["caBundle"]
        assert doubt(bundle, served, "scangate.scangate.svc", now=datetime.now(UTC)) is None
    assert covers(certificate, "scangate.scangate.svc.cluster.local")
    assert (certificate.not_valid_after_utc - datetime.now(UTC)).days == 89


def test_another_one_is_at_it(server: ApiServer) -> None:
    """Exit code 1, and nothing is changed."""
    now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    spec = {"holderIdentity": "another", "renewTime": now, "leaseDurationSeconds": 60}
    server.put(LEASE, server.objects[LEASE] | {"spec": spec})

    done = ensure(server)

    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert (json.loads(line)["message"], json.loads(line)["holder"]) == ("another one is at it", "another")
    assert {method for method, _ in server.calls} == {"GET"}


def test_object_that_is_missing(server: ApiServer) -> None:
    """Exit code 2, and it is named."""
    del server.objects[WEBHOOKS]
    done = ensure(server)
    assert done.returncode == 2
    assert done.stderr == "scangate: validatingwebhookconfiguration scangate: not found\n"


def test_right_that_is_missing(server: ApiServer) -> None:
    """So is a right, with who does not have it."""
    server.forbidden.add(("PATCH", SECRET))
    done = ensure(server)
    assert done.returncode == 2
    assert 'User "somebody" cannot patch resource "scangate-tls"' in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--validity", "90 days"), "is not a duration"),
        (("--validity", "24h"), "must be valid for longer than it is replaced before its end"),
        (("--validity", "10000h"), "must not be valid for more than 8760h"),
        (("--renew-before", "0s"), "must be valid for longer"),
    ],
)
def test_wrong_terms(server: ApiServer, arguments: tuple[str, ...], said: str) -> None:
    """They are refused before anything is asked of the cluster."""
    done = ensure(server, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert server.calls == []
