"""Token exchange in a world that knows its clusters."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.emulator.keys import Key
from tests.emulator.serving import Reply, Served, served
from tests.emulator.test_identity import FORM, SUBJECT

CLUSTER, OTHER, STRANGER = Key.generate(), Key.generate(), Key.generate()
ISSUER = "https://cluster.example"
FEDERATIONS = [
    {"issuer": "https://other.example", "audiences": ["cloud"], "keys": [STRANGER.public_pem]},
    {"issuer": ISSUER, "audiences": ["cloud", "sky"], "keys": [OTHER.public_pem, CLUSTER.public_pem]},
]


@pytest.fixture
def federated() -> Iterator[Served]:
    """Serve a world with one account and two clusters, the second of which has two keys."""
    with served({"accounts": [{"id": "aje1", "subjects": [SUBJECT]}], "federations": FEDERATIONS}) as running:
        yield running


def token(key: Key = CLUSTER, algorithm: str = "RS256", **claims: Any) -> str:
    """Return the token of a pod; claims that are given stand in for the right ones."""
    return key.token(algorithm=algorithm, **({"iss": ISSUER, "sub": SUBJECT, "aud": ["cloud"]} | claims))


def exchange(registry: Served, subject_token: str) -> Reply:
    """Exchange a Kubernetes token."""
    headers = {"Authorization": "", "Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode(FORM | {"subject_token": subject_token})
    return registry.ask("POST", "/oauth/token", body=body, headers=headers)


@pytest.mark.parametrize("right", [token(), token(OTHER), token(aud="sky"), token(aud=["x", "sky"])])
def test_a_token_of_a_known_cluster_is_taken(federated: Served, right: str) -> None:
    """Any of its keys may have signed it, and it may be for several audiences."""
    assert exchange(federated, right).status == 200


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (token(STRANGER), "JWT signature is invalid"),
        (token(algorithm="PS256"), "JWT signature is invalid"),
        (token()[:-6] + "AAAAAA", "JWT signature is invalid"),
        (token(iss="https://other.example"), "JWT signature is invalid"),
        (token(iss="https://nowhere.example"), "no federation has the issuer of the token"),
        (token(iss=None), "no federation has the issuer of the token"),
        (token(aud="moon"), "the token is for another audience"),
        (token(aud=None), "the token is for another audience"),
        (token(aud=[["cloud"]]), "the token is for another audience"),
        (token(sub="system:serviceaccount:default:default"), "no such subject, or its token has expired"),
        (token(exp=1), "no such subject, or its token has expired"),
    ],
)
def test_any_other_token_is_refused(federated: Served, wrong: str, said: str) -> None:
    """Issuer, audience, signature, subject and expiry must all be right."""
    reply = exchange(federated, wrong)

    assert (reply.status, reply.json) == (401, {"error": "invalid_grant", "error_description": said})


def test_a_token_must_be_one(federated: Served) -> None:
    """What is no JWT is a mistake of the request."""
    assert exchange(federated, "rubbish").json["error"] == "invalid_request"


def test_clusters_are_known_in_a_world_without_accounts() -> None:
    """Everybody is let in who comes from a known cluster."""
    with served({"federations": FEDERATIONS}) as registry:
        assert exchange(registry, token(sub="anybody")).status == 200
        assert exchange(registry, token(STRANGER)).status == 401
