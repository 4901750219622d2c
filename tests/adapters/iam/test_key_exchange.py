"""An authorized key becomes an IAM token: against the emulator, over a socket."""

import json
from dataclasses import replace

import jwt
import pytest

from tests.adapters.iam.services import (
    ACCOUNT,
    KEY,
    LIFE_SECONDS,
    TOKEN,
    Wire,
    authorized,
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
from tests.sockets import unused_url
from webhook.adapters.endpoints import fixed
from webhook.adapters.iam.asking import TokenService
from webhook.adapters.iam.key_exchange import KeyExchange
from webhook.adapters.iam.signing_key import SigningKey
from webhook.core.deadline import Deadline
from webhook.emulator.faults import Fault, Hang, Html, Replace, Status
from webhook.errors import InvalidDocument, LookupFailed, Unauthorized, Unavailable, Unreadable


def exchange(registry: Served, key: Key = KEY, *, clock_ahead: float = 0.0) -> KeyExchange:
    """Return the exchange at the emulator, on a machine whose clock is so many seconds ahead of it."""
    signing = SigningKey(authorized(key), "key.json")
    clock = replace(registry.clock)
    clock.advance(clock_ahead)
    return KeyExchange(lambda: signing, iam=fixed(registry.url), service=replace(service(registry), now=clock))


def refused(source: KeyExchange) -> LookupFailed:
    """Return why there is no token; nothing may show the key."""
    with pytest.raises(LookupFailed) as caught:
        granted(source)
    assert not any(line in everything_shown(caught.value) for line in KEY.private_pem.splitlines()[2:])
    return caught.value


def test_a_key_becomes_a_token() -> None:
    """IAM takes the signature, and the token acts as the account for as long as IAM says."""
    with cloud() as registry:
        grant = granted(exchange(registry))

        assert grant.seconds == LIFE_SECONDS
        assert opens(registry, grant)


def test_each_exchange_gives_another_token() -> None:
    """So that one that was revoked can be replaced."""
    with cloud() as registry:
        source = exchange(registry)
        assert granted(source).token != granted(source).token


def test_the_audience_is_the_service_that_is_asked() -> None:
    """IAM of another region knows neither account nor key, and a JWT for one is none for the other."""
    wire = Wire(reply({"iamToken": TOKEN, "expiresAt": "2026-11-24T13:00:00Z"}))
    key = SigningKey(authorized(), "key.json")
    source = KeyExchange(
        lambda: key, iam=fixed("https://iam.api.yandexcloud.kz/"), service=TokenService("IAM", wire, lambda: NOW)
    )

    assert granted(source).seconds == 3600.0
    [(method, url, headers, body)] = wire.sent
    claims = jwt.decode(json.loads(body or b"")["jwt"], options={"verify_signature": False})
    assert (method, url) == ("POST", "https://iam.api.yandexcloud.kz/iam/v1/tokens")
    assert (claims["aud"], claims["iss"]) == (url, ACCOUNT)
    assert headers == {"Content-Type": "application/json"}


@pytest.mark.parametrize("ahead", [59, 0, -60, -3500])
def test_a_clock_that_is_a_little_wrong_does_no_harm(ahead: float) -> None:
    """The JWT is dated back a minute, and lives an hour."""
    with cloud() as registry:
        assert opens(registry, granted(exchange(registry, clock_ahead=ahead)))


@pytest.mark.parametrize(("ahead", "said"), [(600, "600 s ahead"), (-4000, "4000 s behind")])
def test_a_clock_that_is_very_wrong_is_named(ahead: float, said: str) -> None:
    """Whoever reads of the refusal need not look for it in the key."""
    with cloud() as registry:
        failure = refused(exchange(registry, clock_ahead=ahead))

    assert isinstance(failure, Unauthorized)
    assert f"JWT is expired or not valid yet; this machine's clock is {said}: set it right" in str(failure)


def test_a_key_that_iam_does_not_take_is_named() -> None:
    """Key, account, what IAM says, and how to look; a key of that id may have been deleted or made anew."""
    with cloud(keys=[]) as registry:
        assert str(refused(exchange(registry))) == (
            "key ajekey of service account aje1 gives no IAM token: IAM refused with 401: Key not found. "
            "Is the key still there? yc iam key list --service-account-id aje1"
        )
    with cloud() as registry:
        assert "JWT signature is invalid" in str(refused(exchange(registry, Key.generate())))


@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        (Status(status=503), Unavailable, "IAM answered 503: emulated failure"),
        (Status(status=429), Unavailable, "IAM answered 429"),
        (Hang(), Unavailable, "IAM did not answer in time"),
        (Html(), Unreadable, "IAM's answer is not JSON"),
        (Replace(field="iamToken", value=None), Unreadable, "no text in iamToken"),
        (Replace(field="iamToken", value="a b"), Unreadable, "iamToken must hold one IAM token"),
        (Replace(field="expiresAt", value=7), Unreadable, "no text in expiresAt"),
    ],
)
def test_an_outage_is_not_blamed_on_the_key(fault: Fault, kind: type[LookupFailed], said: str) -> None:
    """What IAM says wrong is told from what it refuses."""
    with cloud() as registry:
        registry.emulator.faults.add(fault)
        source = exchange(registry)
        with in_time(REVIEW_SECONDS) as deadline, pytest.raises(kind, match=said):
            source.grant(deadline)


def test_iam_that_nobody_offers() -> None:
    """It is IAM that is said to be away, not the registry."""
    with cloud() as registry:
        key = SigningKey(authorized(), "key.json")
        source = KeyExchange(lambda: key, iam=fixed(unused_url()), service=service(registry))
        assert str(refused(source)).startswith("IAM could not be connected to")


def test_the_key_is_read_for_each_exchange() -> None:
    """A file that is replaced is used from then on, and one that is spoilt is a failure, not a crash."""
    keys: list[SigningKey] = [SigningKey(authorized(), "key.json")]

    def key() -> SigningKey:
        if not keys:
            raise InvalidDocument("key.json: cannot be read: No such file or directory")
        return keys.pop()

    with cloud() as registry:
        source = KeyExchange(key, iam=fixed(registry.url), service=service(registry))
        assert opens(registry, granted(source))
        with pytest.raises(Unauthorized, match=r"^key.json: cannot be read"):
            granted(source)


def test_an_iam_that_is_not_found_is_a_failure() -> None:
    """Where discovery fails, that is the failure."""

    def nowhere(deadline: Deadline) -> str:
        raise Unavailable("api.example answered 500 to where iam is")

    with cloud() as registry:
        key = SigningKey(authorized(), "key.json")
        with pytest.raises(Unavailable, match="where iam is"):
            granted(KeyExchange(lambda: key, iam=nowhere, service=service(registry)))
