"""`scangate verify` on a real API server, which fills in whatever is left out."""

import subprocess
from pathlib import Path

import pytest

from tests.e2e.apiserver import ApiServer
from tests.e2e.installation import SECRET, SERVICE, Installation, install
from tests.processes import run


@pytest.fixture
def installation(cluster: ApiServer, namespace: str) -> Installation:
    """Make one whose certificates are in order."""
    made = install(cluster, namespace)
    names = ("--secret", SECRET, "--service", SERVICE)
    done = run("certificates", "ensure", *_place(made), *names)
    assert done.returncode == 0, done.stderr
    return made


def _place(installation: Installation) -> tuple[str | Path, ...]:
    here = ("--namespace", installation.namespace, "--webhook", installation.namespace)
    return (*here, "--kubeconfig", installation.kubeconfig)


def verify(installation: Installation, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run the command as the account that has rights to the named objects alone."""
    return run("verify", *_place(installation), "--secret", SECRET, "--expected", installation.expected(folder))


def test_as_expected(installation: Installation, tmp_path: Path) -> None:
    """What the API server fills in is no difference."""
    done = verify(installation, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{installation.namespace}: as expected.\n"


FIELDS = {
    "failurePolicy": "Ignore",
    "matchPolicy": "Exact",
    "namespaceSelector": {"matchLabels": {"judged-by": "nobody"}},
    "objectSelector": {"matchExpressions": [{"key": "skip", "operator": "DoesNotExist"}]},
    "matchConditions": [{"name": "skip", "expression": "request.userInfo.username != 'me'"}],
    "rules": [{"apiGroups": [""], "apiVersions": ["*"], "operations": ["CREATE"], "resources": ["pods"]}],
    "clientConfig": {"service": {"namespace": "elsewhere", "name": "gate", "path": "/validate"}},
}


@pytest.mark.parametrize("field", FIELDS)
def test_bypass(installation: Installation, tmp_path: Path, field: str) -> None:
    """Each way past the gate that the API allows is found, in the right webhook."""
    installation.change([{"op": "replace", "path": f"/webhooks/1/{field}", "value": FIELDS[field]}])

    done = verify(installation, tmp_path)

    assert (done.returncode, done.stderr) == (1, "")
    bypasses = [line for line in done.stdout.splitlines() if line.startswith("bypass: ")]
    assert bypasses
    assert all(line.startswith(f"bypass: warnings.scangate.dev: {field.removesuffix('s')}") for line in bypasses)


def test_webhook_that_is_gone(installation: Installation, tmp_path: Path) -> None:
    """So is one that was taken out."""
    installation.change([{"op": "remove", "path": "/webhooks/1"}])
    done = verify(installation, tmp_path)
    assert done.returncode == 1
    assert "bypass: warnings.scangate.dev: this webhook is missing" in done.stdout


def test_configuration_that_is_gone(installation: Installation, tmp_path: Path) -> None:
    """And if there is none at all."""
    installation.cluster.api.delete(installation.registration).done()
    done = verify(installation, tmp_path)
    assert done.returncode == 1
    assert "nothing is judged" in done.stdout
