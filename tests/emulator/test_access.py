"""Token, account, role."""

import base64
import json
from collections.abc import Iterator

import pytest

from tests.emulator.keys import Key
from tests.emulator.serving import REGISTRY, Served, one_image, served

KEY = Key.generate()
ROLES = {"scanner": "images.scanner", "viewer": "viewer", "puller": "images.puller"}


@pytest.fixture
def guarded() -> Iterator[Served]:
    """Serve a world with an account for each role, and one without any; the token is the name."""
    accounts = [
        {"id": f"aje{name}", "roles": [f"container-registry.{role}"], "tokens": [name]} for name, role in ROLES.items()
    ]
    nobody = {"id": "ajenobody", "tokens": ["nobody"], "keys": [{"id": "ajekey", "publicKey": KEY.public_pem}]}
    with served(one_image() | {"accounts": [*accounts, nobody]}) as running:
        yield running


SCAN = "/container-registry/v1/scans/cheapi"
IMAGE = "/container-registry/v1/images/crpapi"
MANIFEST = f"/v2/{REGISTRY}/shop/api/manifests/v1"


@pytest.mark.parametrize(
    ("token", "path", "status"),
    [
        ("scanner", SCAN, 200),
        ("viewer", SCAN, 403),
        ("puller", SCAN, 403),
        ("nobody", SCAN, 403),
        ("scanner", IMAGE, 200),
        ("viewer", IMAGE, 200),
        ("puller", IMAGE, 403),
        ("puller", MANIFEST, 200),
        ("scanner", MANIFEST, 403),
        ("unknown", SCAN, 401),
        ("unknown", MANIFEST, 401),
        ("viewer", "/operations/x", 404),
    ],
)
def test_roles_decide(guarded: Served, token: str, path: str, status: int) -> None:
    """Scans need the scanner's role, images that or the viewer's, manifests the puller's."""
    assert guarded.ask("GET", path, headers={"Authorization": f"Bearer {token}"}).status == status


@pytest.mark.parametrize("credentials", ["", "Bearer", "Bearer ", "scanner", "Digest scanner", "Basic c2Nhbm5lcg=="])
def test_without_credentials_there_is_no_way_in(guarded: Served, credentials: str) -> None:
    """401 in the words of the service, and code 16."""
    reply = guarded.ask("GET", SCAN, headers={"Authorization": credentials})

    assert (reply.status, reply.json["code"]) == (401, 16)
    assert reply.json["message"] == "Token is invalid or has expired."


def test_the_order_is_account_role_and_only_then_the_thing(guarded: Served) -> None:
    """Who may not look is not told what is there."""
    reply = guarded.ask("GET", SCAN + "none", headers={"Authorization": "Bearer viewer"})

    assert (reply.status, reply.json["code"], reply.json["message"]) == (403, 7, "Permission denied")


@pytest.mark.parametrize("credentials", ["", "Bearer "])
def test_a_world_without_accounts_takes_any_token_but_none(registry: Served, credentials: str) -> None:
    """A first try needs no account; no token at all is 401 all the same."""
    assert registry.ask("GET", SCAN).status == 200
    assert registry.ask("GET", SCAN, headers={"Authorization": credentials}).status == 401


def basic(user: str, password: str) -> dict[str, str]:
    """Return the header of Basic credentials."""
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


KEY_FILE = json.dumps({"id": "ajekey", "service_account_id": "ajenobody", "private_key": KEY.private_pem})
OTHER_KEY = json.dumps({"id": "ajekey", "private_key": Key.generate().private_pem})


@pytest.mark.parametrize(
    ("user", "password", "status"),
    [
        ("iam", "puller", 200),
        ("iam", "unknown", 401),
        ("oauth", "puller", 401),
        ("json_key", KEY_FILE, 403),
        ("json_key", OTHER_KEY, 401),
        ("json_key", "puller", 401),
        ("json_key", "[]", 401),
        ("json_key", "{}", 401),
    ],
)
def test_container_engines_log_in_with_a_password(guarded: Served, user: str, password: str, status: int) -> None:
    """`iam` with a token, `json_key` with a whole key file; the account behind it decides."""
    assert guarded.ask("GET", MANIFEST, headers=basic(user, password)).status == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (basic("iam", "any"), 200),
        (basic("json_key", KEY_FILE), 200),
        (basic("json_key", "x"), 401),
        ({"Authorization": "Basic ***"}, 401),
        ({"Authorization": "Basic //79"}, 401),
    ],
)
def test_a_world_without_accounts_takes_any_password_of_the_right_form(
    registry: Served, headers: dict[str, str], status: int
) -> None:
    """What is no password at all is refused."""
    assert registry.ask("GET", MANIFEST, headers=headers).status == status


def test_passwords_are_for_pulling_alone(guarded: Served) -> None:
    """The API takes IAM tokens and nothing else."""
    assert guarded.ask("GET", SCAN, headers=basic("iam", "scanner")).status == 401
