"""Authorized keys, as files hold them."""

import traceback
from typing import Any

import pytest

from tests.builders import DIGEST
from webhook.core.authorized_key import PEM_HEAD, AuthorizedKey, parse_authorized_key
from webhook.core.documents import Document
from webhook.errors import InvalidDocument

SECRET = "MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQ"
PEM = f"{PEM_HEAD}\n{SECRET}\n-----END PRIVATE KEY-----\n"
WARNED = f"PLEASE DO NOT REMOVE THIS LINE! Yandex.Cloud SA Key ID <ajekey>\n{PEM}"
FILE = {
    "id": "ajekey",
    "service_account_id": "aje1",
    "created_at": "2026-11-24T12:00:00.123456789Z",
    "key_algorithm": "RSA_2048",
    "public_key": "-----BEGIN PUBLIC KEY-----\n...",
    "private_key": WARNED,
}


def key(content: Any) -> AuthorizedKey:
    """Read the key that a file with *content* holds."""
    return parse_authorized_key(Document("key.json", content, DIGEST))


def told(content: Any) -> str:
    """Return why *content* is refused; nothing may show the key."""
    with pytest.raises(InvalidDocument) as caught:
        key(content)
    assert SECRET[:20] not in "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        FILE,
        FILE | {"private_key": PEM},
        {"id": "ajekey", "serviceAccountId": "aje1", "privateKey": WARNED},
        FILE | {"user_account_id": None},
    ],
)
def test_a_key_is_read_as_it_is_written(content: dict[str, Any]) -> None:
    """As yc writes it or in camelCase, with or without the line of text before the key."""
    read = key(content)

    assert (read.id, read.service_account_id) == ("ajekey", "aje1")
    assert SECRET in read.private_key.reveal()


def test_a_key_does_not_show_itself() -> None:
    """Only its ids, which are no secrets."""
    assert SECRET not in repr(key(FILE))
    assert "ajekey" in repr(key(FILE))


@pytest.mark.parametrize("content", [None, [], "text", [FILE], PEM, 7])
def test_what_is_no_key_file_is_refused_with_a_remedy(content: Any) -> None:
    """Whoever mounted the wrong thing is told how to get the right one."""
    assert told(content) == (
        "key.json: must be the key file of a service account; "
        "make one with: yc iam key create --service-account-name NAME --output key.json"
    )


@pytest.mark.parametrize("name", ["id", "service_account_id", "private_key"])
@pytest.mark.parametrize("value", [None, "", 7, ["x"], {}])
def test_every_part_is_required(name: str, value: Any) -> None:
    """File and field are named."""
    assert told(FILE | {name: value}).startswith(f"key.json: {name}: is required, as text; make one with: yc iam key")


@pytest.mark.parametrize("name", ["id", "service_account_id"])
@pytest.mark.parametrize("value", ["AJE", "aje 1", "aje1\n", "a" * 51, "aje/../x", "ажэ", PEM])
def test_an_id_is_of_the_clouds_alphabet(name: str, value: str) -> None:
    """It goes into a signed token; what stands there instead is not shown, for it may be the key."""
    assert told(FILE | {name: value}).startswith(f"key.json: {name}: must be 1 to 50 of a-z and 0-9; ")


@pytest.mark.parametrize("name", ["user_account_id", "userAccountId"])
def test_the_key_of_a_person_is_refused(name: str) -> None:
    """A gate acts as a service account; a person's key has that person's rights."""
    assert "this is the key of a user account" in told(FILE | {name: "aje1"})


@pytest.mark.parametrize(
    "text", ["rubbish", SECRET, PEM.replace("PRIVATE", "PUBLIC"), PEM.replace("PRIVATE", "ENCRYPTED PRIVATE")]
)
def test_a_private_key_is_known_by_its_first_line(text: str) -> None:
    """A public or an encrypted key, or something else, is refused before it is tried."""
    assert told(FILE | {"private_key": text}).startswith(f"key.json: private_key: must hold a line '{PEM_HEAD}'")
