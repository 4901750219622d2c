"""Workload identity federation: a Kubernetes token becomes an IAM token, against the emulator over a socket."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.adapters.iam.services import (
    ACCOUNT,
    CLUSTER,
    ISSUER,
    LIFE_SECONDS,
    SUBJECT,
    TOKEN,
    Wire,
    cloud,
    everything_shown,
    granted,
    opens,
    reply,
    service,
)
from tests.builders import NOW
from tests.emulator.keys import Key
from tests.emulator.serving import Served
from tests.http_calls import REVIEW_SECONDS, in_time
from tests.mounts import Mount
from webhook.adapters.iam.asking import TokenService
from webhook.adapters.iam.federation import MAX_TOKEN_CHARACTERS, FederatedTokens
from webhook.core.identity import Federation
from webhook.emulator.faults import Hang, Status
from webhook.errors import LookupFailed, Unauthorized, Unavailable


def kubernetes_token(key: Key = CLUSTER, **claims: Any) -> str:
    """Return what the kubelet projects into a pod; claims that are given stand in for the right ones."""
    return key.token(algorithm="RS256", kid="cluster", **({"iss": ISSUER, "sub": SUBJECT, "aud": ["cloud"]} | claims))


@pytest.fixture
def mount(tmp_path: Path) -> Mount:
    """Give a projected volume with a token."""
    mounted = Mount(tmp_path / "secrets")
    mounted.publish({"token": kubernetes_token()})
    return mounted


def source(registry: Served, mount: Mount, account: str = ACCOUNT) -> FederatedTokens:
    """Return the exchange at the emulator."""
    federation = Federation(service_account_id=account, token_file="token", endpoint=f"{registry.url}/")
    return FederatedTokens(federation, mount.folder / "token", service=service(registry))


def refused(exchange: FederatedTokens, mount: Mount) -> LookupFailed:
    """Return why there is no token; the one of Kubernetes must not be shown."""
    with in_time(REVIEW_SECONDS) as deadline, pytest.raises(LookupFailed) as caught:
        exchange.grant(deadline)
    text = (mount.folder / "token").read_text()
    assert not text or text not in everything_shown(caught.value)
    return caught.value


def test_a_pod_has_a_token(mount: Mount) -> None:
    """Issuer, audience, signature and subject are right: it acts as the service account."""
    with cloud() as registry:
        grant = granted(source(registry, mount))

        assert grant.seconds == LIFE_SECONDS
        assert opens(registry, grant)


def test_the_file_is_read_for_each_exchange(mount: Mount) -> None:
    """The kubelet renews it by turning a link; the old token has ended by then."""
    with cloud() as registry:
        exchange = source(registry, mount)
        granted(exchange)
        registry.clock.advance(4000)
        assert "its token has expired" in str(refused(exchange, mount))
        mount.publish({"token": kubernetes_token(at=registry.clock.at)})
        assert opens(registry, granted(exchange))


def test_the_exchange_is_that_of_the_specification(tmp_path: Path) -> None:
    """RFC 8693, as a form; a line end in the file is not part of the token."""
    (tmp_path / "token").write_text("head.body.signature+/=\n")
    wire = Wire(reply({"access_token": TOKEN, "expires_in": 600}))
    federation = Federation(service_account_id=ACCOUNT, token_file="token")
    granted(FederatedTokens(federation, tmp_path / "token", service=TokenService("IAM", wire, lambda: NOW)))

    [(method, url, headers, body)] = wire.sent
    assert (method, url) == ("POST", "https://auth.yandex.cloud/oauth/token")
    assert headers == {"Content-Type": "application/x-www-form-urlencoded"}
    assert parse_qs((body or b"").decode()) == {
        "grant_type": ["urn:ietf:params:oauth:grant-type:token-exchange"],
        "requested_token_type": ["urn:ietf:params:oauth:token-type:access_token"],
        "audience": [ACCOUNT],
        "subject_token": ["head.body.signature+/="],
        "subject_token_type": ["urn:ietf:params:oauth:token-type:id_token"],
    }


@pytest.mark.parametrize(
    ("token", "said"),
    [
        pytest.param(kubernetes_token(Key.generate()), "401: JWT signature is invalid", id="another cluster's key"),
        pytest.param(kubernetes_token(iss="https://x"), "401: no federation has the issuer", id="issuer"),
        pytest.param(kubernetes_token(aud=["kubernetes"]), "401: the token is for another audience", id="audience"),
        pytest.param(kubernetes_token(sub="system:serviceaccount:a:b"), "401: no such subject", id="subject"),
        pytest.param(kubernetes_token(exp=1), "or its token has expired", id="expired"),
        pytest.param("rubbish", "400: ", id="no JWT"),
    ],
)
def test_a_refusal_says_what_to_look_at(mount: Mount, token: str, said: str) -> None:
    """The service's words, the account, and the two things that are set up wrong as a rule."""
    mount.publish({"token": token})
    with cloud() as registry:
        failure = refused(source(registry, mount), mount)

    assert isinstance(failure, Unauthorized)
    assert said in str(failure)
    assert str(failure).startswith(
        "the pod's Kubernetes token gives no IAM token of service account aje1: IAM refused with 40"
    )
    assert str(failure).endswith("name system:serviceaccount:<namespace>:<name>?")


def test_another_service_account_is_not_given(mount: Mount) -> None:
    """The subject acts only as those that let it."""
    with cloud() as registry:
        assert "service account aje2: IAM refused" in str(refused(source(registry, mount, "aje2"), mount))


@pytest.mark.parametrize("text", ["", " \n", "x" * (MAX_TOKEN_CHARACTERS + 1)])
def test_a_file_without_a_token(mount: Mount, text: str) -> None:
    """Nothing is sent; the file is named."""
    mount.publish({"token": text})
    with cloud() as registry:
        failure = refused(source(registry, mount), mount)

        assert registry.emulator.calls.count() == 0
    assert (type(failure), str(failure)) == (Unauthorized, f"{mount.folder / 'token'}: holds no Kubernetes token")


def test_a_file_that_cannot_be_read(mount: Mount) -> None:
    """Gone, or not text: a failure, not a crash."""
    with cloud() as registry:
        exchange = source(registry, mount)
        mount.publish({})
        with pytest.raises(Unauthorized, match="token: the pod's Kubernetes token cannot be read"):
            granted(exchange)
        (mount.folder / "token").write_bytes(b"\xff\xfe")
        with pytest.raises(Unauthorized, match="token: the pod's Kubernetes token cannot be read"):
            granted(exchange)


@pytest.mark.parametrize(("fault", "said"), [(Status(status=502), "IAM answered 502"), (Hang(), "IAM did not answer")])
def test_an_outage_is_not_blamed_on_the_pod(mount: Mount, fault: Status, said: str) -> None:
    """It passes by itself, and nobody need look at the federation."""
    with cloud() as registry:
        registry.emulator.faults.add(fault)
        failure = refused(source(registry, mount), mount)

    assert isinstance(failure, Unavailable)
    assert str(failure).startswith(said)
