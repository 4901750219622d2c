"""`scangate certificates ensure` on a real API server, with rights to the named objects and to nothing else."""

import base64
import json
import subprocess
from datetime import UTC, datetime

import pytest

from tests.e2e.apiserver import ApiServer
from tests.e2e.installation import SECRET, SERVICE, Installation, document, install
from tests.processes import run
from webhook.core.registration import PUBLISHED
from webhook.jobs.certificates.vouching import doubt


@pytest.fixture
def installation(cluster: ApiServer, namespace: str) -> Installation:
    """Make one, without certificates yet."""
    return install(cluster, namespace)


def ensure(installation: Installation, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command as the account."""
    place = ("--namespace", installation.namespace, "--webhook", installation.namespace)
    names = ("--secret", SECRET, "--service", SERVICE, "--kubeconfig", str(installation.kubeconfig))
    return run("certificates", "ensure", *place, *names, *arguments)


def in_order(installation: Installation) -> bool:
    """Tell whether every webhook vouches for what is in the Secret."""
    served = base64.b64decode(installation.secret["data"]["tls.crt"])
    host = f"{SERVICE}.{installation.namespace}.svc"
    bundles = [webhook["clientConfig"].get("caBundle", "") for webhook in installation.registration["webhooks"]]
    return [doubt(bundle, served, host, now=datetime.now(UTC)) for bundle in bundles] == [None, None]


def test_installation(installation: Installation) -> None:
    """One run makes everything, and the next one leaves it alone."""
    done = ensure(installation)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert in_order(installation)
    assert PUBLISHED in installation.registration["metadata"]["annotations"]
    before = installation.secret

    again = ensure(installation)

    assert again.returncode == 0, again.stderr
    assert installation.secret == before
    [line] = again.stderr.splitlines()
    assert json.loads(line)["message"] == "nothing left to do"


def test_key_is_not_shown(installation: Installation) -> None:
    """What the command says has no key in it."""
    told = ensure(installation).stderr
    data = installation.secret["data"]
    keys = base64.b64decode(data["tls.key"]).decode() + base64.b64decode(data["ca.key"]).decode()
    assert not any(line in told for line in keys.splitlines() if not line.startswith("-"))
    assert data["tls.key"] not in told


def test_bundle_that_was_emptied(installation: Installation) -> None:
    """It is filled again, and the certificates stay as they are."""
    ensure(installation)
    before = installation.secret
    installation.change([{"op": "remove", "path": "/webhooks/0/clientConfig/caBundle"}])

    assert ensure(installation).returncode == 0
    assert in_order(installation)
    assert installation.secret == before


def test_what_it_does_not_manage_stays(installation: Installation) -> None:
    """Other fields of the webhooks are as they were."""
    ensure(installation)
    for webhook in installation.registration["webhooks"]:
        assert webhook["rules"][0]["resources"] == ["pods", "pods/ephemeralcontainers"]
        assert webhook["clientConfig"]["service"]["path"] == "/validate"


def test_renewal(installation: Installation) -> None:
    """A certificate that is due is replaced."""
    ensure(installation, "--validity", "3h", "--renew-before", "1h")
    before = installation.secret["data"]
    assert ensure(installation, "--validity", "8h", "--renew-before", "4h").returncode == 0
    after = installation.secret["data"]
    assert {key for key in after if after[key] != before[key]} == {"tls.crt", "tls.key"}
    assert in_order(installation)


def test_two_at_once(installation: Installation) -> None:
    """One of them does the work; the other one says so, or finds it done."""
    place = ("--namespace", installation.namespace, "--webhook", installation.namespace)
    lease = document("coordination.k8s.io/v1", "Lease", SECRET, installation.namespace)
    now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    spec = {"holderIdentity": "another", "renewTime": now, "leaseDurationSeconds": 60}
    installation.cluster.api.patch(lease, {"spec": spec}).done()

    done = ensure(installation, *place)

    assert done.returncode == 1
    assert json.loads(done.stderr)["holder"] == "another"
    assert "data" not in installation.secret


def test_right_that_is_missing(cluster: ApiServer, installation: Installation) -> None:
    """It is named, with the object."""
    stranger = Installation(cluster, installation.namespace, cluster.kubeconfig_for("stranger"))
    done = ensure(stranger)
    assert done.returncode == 2
    assert 'User \\"stranger\\" cannot get resource' in done.stderr.replace('"', '\\"')
    assert len(done.stderr.splitlines()) == 1
