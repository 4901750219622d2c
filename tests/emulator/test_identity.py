"""The ways to a token."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.emulator.keys import Key
from tests.emulator.serving import Reply, Served, one_image, served
from webhook.emulator.identity import MAX_JWT, TOKENS

KEY = Key.generate()
METADATA = "/computeMetadata/v1/instance/service-accounts/default/token"
SUBJECT = "system:serviceaccount:scangate:scangate"
FORM = {
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "requested_token_type": "urn:ietf:params:oauth:token-type:access_token",
    "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
    "audience": "aje1",
    "subject_token": KEY.token(iss="https://cluster", sub=SUBJECT),
}


@pytest.fixture
def guarded() -> Iterator[Served]:
    """Serve a world with one account that may read scans, known in every way."""
    account = {
        "id": "aje1",
        "roles": ["container-registry.images.scanner"],
        "keys": [{"id": "ajekey", "publicKey": KEY.public_pem}],
        "metadata": True,
        "subjects": [SUBJECT],
    }
    other = {"id": "aje2"}
    with served(one_image() | {"accounts": [other, account], "behaviour": {"tokenSeconds": 600}}) as running:
        yield running


def post(registry: Served, path: str, body: Any) -> Reply:
    """Send JSON without credentials."""
    return registry.ask("POST", path, body=json.dumps(body), headers={"Authorization": ""})


def scan_status(registry: Served, token: str) -> int:
    """Return what reading a scan with a token is answered."""
    return registry.get("/scans/cheapi", Authorization=f"Bearer {token}").status


def test_a_jwt_of_an_authorized_key_becomes_an_iam_token(guarded: Served) -> None:
    """The token acts as the account until it expires."""
    reply = post(guarded, TOKENS, {"jwt": KEY.token()}).json

    assert reply["expiresAt"] == "2026-11-24T12:10:00Z"
    assert scan_status(guarded, reply["iamToken"]) == 200
    guarded.clock.advance(600)
    assert scan_status(guarded, reply["iamToken"]) == 401


def test_the_audience_may_be_the_emulator_itself(guarded: Served) -> None:
    """Whoever is pointed at the emulator may name it; several audiences may be named."""
    for audience in (guarded.url + TOKENS, ["x", guarded.url + TOKENS]):
        assert post(guarded, TOKENS, {"jwt": KEY.token(aud=audience)}).status == 200


@pytest.mark.parametrize(
    ("token", "said"),
    [
        (Key.generate().token(), "JWT signature is invalid"),
        (KEY.with_salt(20), "JWT signature is invalid"),
        (KEY.token(kid="other"), "Key not found"),
        (KEY.token(kid=None), "JWT header must name the key in kid"),
        (KEY.token(algorithm="RS256"), "JWT must be signed with PS256"),
        ("rubbish", "JWT is malformed"),
        (KEY.token(iss="aje2"), "JWT issuer is not the owner of the key"),
        (KEY.token(aud="https://iam.api.yandexcloud.kz/iam/v1/tokens"), "JWT audience is wrong"),
        (KEY.token(aud=None), "JWT audience is wrong"),
        (KEY.token(exp=None), "JWT must expire within 3600 s of its issue"),
        (KEY.token(iat=None), "JWT must expire within 3600 s of its issue"),
        (KEY.token(iat=True), "JWT must expire within 3600 s of its issue"),
    ],
)
def test_any_other_jwt_is_refused(guarded: Served, token: str, said: str) -> None:
    """Key, salt, algorithm, issuer, audience and times must all be right."""
    reply = post(guarded, TOKENS, {"jwt": token})

    assert (reply.status, reply.json["code"], reply.json["message"]) == (401, 16, said)


@pytest.mark.parametrize(
    ("issued", "expires", "status"),
    [(0, 3600, 200), (0, 3601, 401), (60, 3660, 200), (61, 3600, 401), (-3600, 0, 401), (-3599, 1, 200), (10, 5, 401)],
)
def test_the_times_of_a_jwt_are_compared_with_the_emulators_clock(
    guarded: Served, issued: int, expires: int, status: int
) -> None:
    """At most an hour long, not expired, and at most a minute ahead."""
    now = int(guarded.clock.at.timestamp())

    assert post(guarded, TOKENS, {"jwt": KEY.token(iat=now + issued, exp=now + expires)}).status == status


@pytest.mark.parametrize(
    "body",
    [{}, {"jwt": "x", "yandexPassportOauthToken": "y"}, {"yandexPassportOauthToken": "y"}, {"jwt": 1}, {"other": 1}]
    + [{"jwt": "x" * (MAX_JWT + 1)}, {"jwt": ""}],
)
def test_exactly_one_jwt_must_be_given(guarded: Served, body: Mapping[str, Any]) -> None:
    """OAuth tokens are on their way out, and not taken here."""
    assert post(guarded, TOKENS, body).json["code"] == 3


def test_a_token_can_be_revoked(guarded: Served) -> None:
    """A revoked token is good for nothing; a missing one is an invalid argument."""
    token = post(guarded, TOKENS, {"jwt": KEY.token()}).json["iamToken"]

    assert post(guarded, f"{TOKENS}:revoke", {"iamToken": token}).body == b"{}\n"
    assert scan_status(guarded, token) == 401
    assert post(guarded, f"{TOKENS}:revoke", {}).status == 400


def metadata(registry: Served, **headers: str) -> Reply:
    """Ask the metadata service."""
    return registry.ask("GET", METADATA, headers={"Authorization": "", **headers})


def test_the_metadata_service_speaks_for_its_account(guarded: Served) -> None:
    """Only with its header, which keeps browsers out."""
    reply = metadata(guarded, **{"Metadata-Flavor": "Google"})

    assert (reply.json["expires_in"], reply.json["token_type"]) == (600, "Bearer")
    assert reply.headers["Metadata-Flavor"] == "Google"
    assert scan_status(guarded, reply.json["access_token"]) == 200
    assert metadata(guarded).status == 403


def test_a_machine_may_have_no_account() -> None:
    """404, as the service answers where none is attached."""
    with served({"accounts": [{"id": "aje1"}]}) as registry:
        assert metadata(registry, **{"Metadata-Flavor": "Google"}).status == 404


def exchange(
    registry: Served, form: Mapping[str, str], content_type: str = "application/x-www-form-urlencoded"
) -> Reply:
    """Exchange a Kubernetes token."""
    headers = {"Authorization": "", "Content-Type": content_type}
    return registry.ask("POST", "/oauth/token", body=urlencode(form), headers=headers)


def test_a_kubernetes_token_becomes_an_iam_token(guarded: Served) -> None:
    """The subject acts as the service account that lets it."""
    reply = exchange(guarded, FORM)

    assert (reply.status, reply.json["token_type"], reply.json["expires_in"]) == (200, "Bearer", 600)
    assert scan_status(guarded, reply.json["access_token"]) == 200


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "invalid_request"),
        ({"requested_token_type": ""}, 400, "invalid_request"),
        ({"subject_token_type": "x"}, 400, "invalid_request"),
        ({"subject_token": "rubbish"}, 400, "invalid_request"),
        ({"audience": "aje2"}, 401, "invalid_grant"),
        ({"audience": "none"}, 401, "invalid_grant"),
        ({"subject_token": KEY.token(sub="system:serviceaccount:default:default")}, 401, "invalid_grant"),
        ({"subject_token": KEY.token(sub=SUBJECT, exp=1)}, 401, "invalid_grant"),
        ({"subject_token": KEY.token(sub=SUBJECT, exp=None)}, 401, "invalid_grant"),
    ],
)
def test_any_other_exchange_is_refused(guarded: Served, change: dict[str, str], status: int, error: str) -> None:
    """Form, subject, audience and expiry must all be right."""
    reply = exchange(guarded, FORM | change)

    assert (reply.status, reply.json["error"]) == (status, error)
    assert reply.json["error_description"]


def test_an_exchange_is_a_form(guarded: Served) -> None:
    """JSON is not understood."""
    assert exchange(guarded, FORM, "application/json").json["error"] == "invalid_request"


def test_a_world_without_accounts_gives_everybody_a_token(registry: Served) -> None:
    """Who asks in the right form gets one; a JWT is looked at, but not its signature."""
    signed = Key.generate().token(iss="anybody", kid="any")

    assert scan_status(registry, post(registry, TOKENS, {"jwt": signed}).json["iamToken"]) == 200
    assert post(registry, TOKENS, {"jwt": KEY.token(aud="x")}).status == 401
    assert metadata(registry, **{"Metadata-Flavor": "Google"}).status == 200
    assert exchange(registry, FORM).status == 200
