"""Whether the API server reaches the gate, and nobody else."""

import pytest

from tests.jobs.verify.webhooks import changed, found
from webhook.core.registration import ClientConfig, Service
from webhook.jobs.verify.finding import Effect

GATE = Service("scangate", "scangate", "/validate")


def at(service: Service | None, *, url: str | None = None, ca_bundle: str = "UEVN") -> ClientConfig:
    """Return where a webhook is."""
    return ClientConfig(service, url, ca_bundle)


@pytest.mark.parametrize(
    "config",
    [
        at(Service("elsewhere", "scangate", "/validate")),
        at(Service("scangate", "other", "/validate")),
        at(Service("scangate", "scangate", "/allow")),
        at(Service("scangate", "scangate", "/validate", 8443)),
        at(None, url="https://elsewhere.example/validate"),
    ],
)
def test_somewhere_else(config: ClientConfig) -> None:
    """Somebody else may answer in place of the gate."""
    [(effect, text)] = found(changed(client_config=config))
    assert effect is Effect.BYPASS
    assert text.endswith("not service scangate/scangate:443/validate: somebody else may answer")


def test_no_path() -> None:
    """None is the same as the root."""
    expected = changed(client_config=at(Service("a", "b")))
    assert found(changed(client_config=at(Service("a", "b", "/"))), expected) == []


@pytest.mark.parametrize(
    ("policy", "effect", "said"),
    [("Fail", Effect.OUTAGE, "everything is refused"), ("Ignore", Effect.BYPASS, "everything passes")],
)
def test_gate_that_is_not_trusted(policy: str, effect: Effect, said: str) -> None:
    """Nothing in the bundle, or the wrong thing: what that means is up to the failure policy."""
    live, expected = (
        changed(failure_policy=policy),
        changed(failure_policy=policy, client_config=at(GATE, ca_bundle="")),
    )
    empty = changed(failure_policy=policy, client_config=at(GATE, ca_bundle=""))

    [doubted] = found(live, expected, doubt="it is too old")
    [without] = found(empty, expected, doubt="there is none")

    assert doubted == (effect, f"caBundle does not vouch for the gate, and {said}: it is too old")
    assert without == (effect, f"caBundle is empty: the API server does not trust the gate, and {said}")


def test_bundle_that_is_filled_in_later() -> None:
    """Where none is expected, because the cluster fills it in, any that vouches is right."""
    assert found(changed(), changed(client_config=at(GATE, ca_bundle=""))) == []


def test_another_bundle() -> None:
    """Where one is expected, another one trusts somebody else."""
    [(effect, text)] = found(changed(client_config=at(GATE, ca_bundle="T1RIRVI=")))
    assert (effect, text) == (Effect.BYPASS, "caBundle is another one than expected: others may answer as the gate")
    assert found(changed(client_config=at(GATE, ca_bundle="UE\nVN\n"))) == []


def test_url_with_a_public_certificate() -> None:
    """It needs no bundle."""
    public = changed(client_config=at(None, url="https://gate.example/validate", ca_bundle=""))
    assert found(public, public) == []
