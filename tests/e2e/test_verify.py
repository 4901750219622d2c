"""`scangate verify` on a real API server, which fills in whatever is left out."""

from pathlib import Path

import pytest

from tests.certified import certify
from tests.e2e.apiserver import ApiServer
from tests.e2e.installation import SECRET, SERVICE, Installation, install
from tests.processes import run
from webhook.core.cluster import ObjectName
from webhook.wiring.verify import verify_registration


@pytest.fixture
def installation(cluster: ApiServer, namespace: str) -> Installation:
    """Make one whose certificates are in order."""
    made = install(cluster, namespace)
    certify(made.kubeconfig, ObjectName(namespace, SECRET), service=SERVICE, webhook=namespace)
    return made


def verify(installation: Installation, folder: Path) -> tuple[bool, list[str]]:
    """Verify as the account that has rights to the named objects alone; return the answer and what was said."""
    said: list[str] = []
    name, kubeconfig = ObjectName(installation.namespace, SECRET), str(installation.kubeconfig)
    expected = installation.expected(folder)
    good = verify_registration(installation.namespace, name, expected=expected, kubeconfig=kubeconfig, say=said.append)
    return good, said


def test_as_expected(installation: Installation, tmp_path: Path) -> None:
    """What the API server fills in is no difference: the command says so, with exit code 0."""
    here = ("--namespace", installation.namespace, "--webhook", installation.namespace, "--secret", SECRET)
    files = ("--kubeconfig", installation.kubeconfig, "--expected", installation.expected(tmp_path))
    done = run("verify", *here, *files)
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

    good, said = verify(installation, tmp_path)

    bypasses = [line for line in said if line.startswith("bypass: ")]
    assert not good
    assert bypasses
    assert all(line.startswith(f"bypass: warnings.scangate.dev: {field.removesuffix('s')}") for line in bypasses)


def test_webhook_that_is_gone(installation: Installation, tmp_path: Path) -> None:
    """So is one that was taken out."""
    installation.change([{"op": "remove", "path": "/webhooks/1"}])
    good, said = verify(installation, tmp_path)
    assert not good
    assert said[0].startswith("bypass: warnings.scangate.dev: this webhook is missing")


def test_configuration_that_is_gone(installation: Installation, tmp_path: Path) -> None:
    """And if there is none at all."""
    installation.cluster.api.delete(installation.registration).done()
    good, said = verify(installation, tmp_path)
    assert not good
    assert said[0].endswith("nothing is judged")
