"""Who the gate is towards the registry: each way to a token works, and each thing that can be wrong says so."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.certificates import Authority
from tests.emulator.keys import Key
from tests.gates import SECRET, Gate, Setup, gate
from tests.processes import run
from tests.service.accounts import ACCOUNT, Guarded, guarded

Make = Callable[[Guarded, Path], Setup]


@pytest.fixture(scope="module")
def cloud() -> Iterator[Guarded]:
    """A registry that lets one account in."""
    with guarded() as served:
        yield served


def setup(cloud: Guarded, identity: dict[str, Any] | None = None, **environment: str) -> Setup:
    """Return the setup of a gate with an identity in its configuration, or in its environment."""
    settings = {"identity": identity} if identity else {}
    return Setup(registry=cloud.registry.url, settings=settings, environment=environment)


def by_federation(cloud: Guarded, folder: Path) -> Setup:
    """Return the setup of a gate that exchanges its Kubernetes token."""
    cloud.cluster_token(folder)
    federation = {"serviceAccountId": ACCOUNT, "tokenFile": "cluster-token", "endpoint": cloud.registry.url}
    return setup(cloud, {"federation": federation})


def by_token_file(cloud: Guarded, folder: Path) -> Setup:
    """Return the setup of a gate with a token in a file."""
    (folder / "token").write_text(cloud.iam_token() + "\n")
    return setup(cloud, {"tokenFile": "token"})


def by_key_file(cloud: Guarded, folder: Path) -> Setup:
    """Return the setup of a gate with an authorized key."""
    cloud.key_file(folder)
    return setup(cloud, {"keyFile": "key.json"})


WAYS: dict[str, Make] = {
    "key file": by_key_file,
    "key file of the environment": lambda cloud, folder: setup(
        cloud, YC_SERVICE_ACCOUNT_KEY_FILE=str(cloud.key_file(folder))
    ),
    "key in the environment": lambda cloud, _: setup(cloud, YC_SERVICE_ACCOUNT_KEY_FILE=cloud.key_text()),
    "metadata": lambda cloud, _: setup(cloud, {"metadata": {"endpoint": cloud.registry.url}}),
    "metadata of the environment": lambda cloud, _: setup(cloud, YC_METADATA_ADDR=urlsplit(cloud.registry.url).netloc),
    "federation": by_federation,
    "token file": by_token_file,
    "token in the environment": lambda cloud, _: setup(cloud, YC_TOKEN=cloud.iam_token()),
}


@pytest.mark.parametrize("make", WAYS.values(), ids=WAYS)
def test_each_way_to_a_token(cloud: Guarded, authority: Authority, folder: Path, make: Make) -> None:
    """The gate is ready, reads scans as the account, and judges by them."""
    with gate(folder, authority, make(cloud, folder)) as server:
        assert server.probe("/readyz").status == 200
        assert server.judge(cloud.registry.app().review())["allowed"] is True
        assert server.judge(cloud.registry.app(critical=1).bare_review())["allowed"] is False


def unready(server: Gate) -> str:
    """Return why a gate that runs is not ready."""
    answer = server.probe("/readyz")
    assert answer.status == 503
    return str(answer.document["checks"]["credentials"])


def denied(server: Gate, cloud: Guarded) -> str:
    """Return why an image that is clean is refused for want of credentials."""
    response = server.judge(cloud.registry.app().review())
    assert response["allowed"] is False
    assert [cause["reason"] for cause in response["status"]["details"]["causes"]] == ["unauthorized"]
    message = str(response["status"]["message"])
    assert SECRET.search(message.encode()) is None
    return message


def test_key_of_a_user_account(cloud: Guarded, authority: Authority, folder: Path) -> None:
    """It is refused at the start, in one line that says how to make a right one."""
    authority.issue().write(folder)
    cloud.key_file(folder, user_account_id="ajeuser")
    done = run("serve", "--config", setup(cloud, {"keyFile": "key.json"}).write(folder))
    assert done.returncode == 2
    assert done.stderr == (
        f"scangate: {folder}/key.json: user_account_id: this is the key of a user account; the gate needs one of a "
        "service account; make one with: yc iam key create --service-account-name NAME --output key.json\n"
    )


def test_wrong_key(cloud: Guarded, authority: Authority, folder: Path) -> None:
    """A gate whose key IAM does not know is not ready, and says which key, why, and how to look."""
    cloud.key_file(folder, Key.generate())
    with gate(folder, authority, setup(cloud, {"keyFile": "key.json"})) as server:
        for said in (unready(server), denied(server, cloud)):
            assert "key ajekey of service account ajegate gives no IAM token" in said
            assert "JWT signature is invalid" in said
            assert "yc iam key list --service-account-id ajegate" in said
        # A key file that is put right is taken up by itself.
        cloud.key_file(folder)
        server.process.log.first(lambda line: "IAM token again" in line["message"])
        assert server.probe("/readyz").status == 200
        assert server.judge(cloud.registry.app().review())["allowed"] is True


def test_clock_that_is_wrong(authority: Authority, folder: Path) -> None:
    """A gate whose clock is late or early by hours is told to set it right."""
    with guarded() as cloud:
        cloud.clock.ahead = timedelta(hours=2)
        with gate(folder, authority, by_key_file(cloud, folder)) as server:
            assert re.search(r"this machine.s clock is 7[12][09][0-9] s behind: set it right", unready(server))
            assert re.search(r"clock is 7[12][09][0-9] s behind", denied(server, cloud))


def test_token_that_was_revoked(cloud: Guarded, authority: Authority, folder: Path) -> None:
    """A token of somebody else's is refused with where it stands; one that is put there instead is taken up."""
    made = by_token_file(cloud, folder)
    with gate(folder, authority, made) as server:
        assert server.judge(cloud.registry.app().review())["allowed"] is True
        cloud.revoke((folder / "token").read_text().strip())
        said = denied(server, cloud)
        assert f"that in {folder}/token has ended or was revoked" in said
        assert "write another one there" in said
        (folder / "token").write_text(cloud.iam_token())
        assert server.judge(cloud.registry.app().review())["allowed"] is True


def test_token_of_the_environment_that_was_revoked(cloud: Guarded, authority: Authority, folder: Path) -> None:
    """So is the one in the environment."""
    token = cloud.iam_token()
    with gate(folder, authority, setup(cloud, YC_TOKEN=token)) as server:
        cloud.revoke(token)
        said = denied(server, cloud)
        assert "that in YC_TOKEN has ended or was revoked" in said
        assert "yc iam create-token" in said


def test_federation_of_another_subject(cloud: Guarded, authority: Authority, folder: Path) -> None:
    """A Kubernetes account that may not act as the service account is told what to look at."""
    made = by_federation(cloud, folder)
    cloud.cluster_token(folder, sub="system:serviceaccount:default:default")
    with gate(folder, authority, made) as server:
        said = unready(server)
        assert "gives no IAM token of service account ajegate" in said
        assert "system:serviceaccount:<namespace>:<name>" in said
