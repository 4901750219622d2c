"""Who the gate is: which way to a token is taken."""

from typing import Any

import msgspec
import pytest

from tests.builders import DIGEST
from webhook.core.documents import Document, read
from webhook.core.identity import (
    Federation,
    FixedToken,
    Identity,
    IdentityChoice,
    KeyFile,
    KeyText,
    Metadata,
    TokenFile,
    chosen,
)
from webhook.core.secret import Secret
from webhook.errors import InvalidDocument

SECRET = "t1.9euelZqOnJKexpWMl86Qxoqd.Abc"
FEDERATION = {"serviceAccountId": "aje1", "tokenFile": "/var/run/secrets/cloud/token"}

WAYS: list[tuple[dict[str, Any], Identity]] = [
    ({"keyFile": "key.json"}, KeyFile("key.json")),
    ({"tokenFile": "token"}, TokenFile("token")),
    ({"metadata": {}}, Metadata()),
    ({"metadata": {"endpoint": "http://10.0.0.1"}}, Metadata("http://10.0.0.1")),
    (
        {"federation": FEDERATION},
        Federation(service_account_id="aje1", token_file="/var/run/secrets/cloud/token"),
    ),
]


def choice(content: dict[str, Any]) -> IdentityChoice:
    """Read the section of a configuration."""
    return read(Document("gate.yaml", content, DIGEST), IdentityChoice)


@pytest.mark.parametrize(("content", "identity"), WAYS)
def test_one_way_is_named(content: dict[str, Any], identity: Identity) -> None:
    """Each of the four, by its key."""
    assert chosen(choice(content), "gate.yaml") == identity


@pytest.mark.parametrize("content", [{}, {"keyFile": None, "metadata": None, "federation": None, "tokenFile": None}])
def test_none_has_to_be_named(content: dict[str, Any]) -> None:
    """The environment decides then."""
    assert chosen(choice(content), "gate.yaml") is None


@pytest.mark.parametrize("first", WAYS)
@pytest.mark.parametrize("second", WAYS)
def test_two_ways_contradict_each_other(
    first: tuple[dict[str, Any], Identity], second: tuple[dict[str, Any], Identity]
) -> None:
    """The gate does not guess which was meant; both are named."""
    both = first[0] | second[0]
    if len(both) == 1:
        return
    with pytest.raises(InvalidDocument) as caught:
        chosen(choice(both), "gate.yaml")
    assert str(caught.value).startswith("gate.yaml: identity: names ")
    assert all(name in str(caught.value) for name in both)


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ({"federation": {}}, "federation.serviceAccountId: is required"),
        ({"federation": {"serviceAccountId": "aje1"}}, "federation.tokenFile: is required"),
        ({"federation": FEDERATION | {"serviceAccountId": "AJE"}}, "federation.serviceAccountId: must be the id of a"),
        ({"federation": FEDERATION | {"serviceAccountId": "aje1\n"}}, "federation.serviceAccountId: must be the id of"),
        ({"federation": FEDERATION | {"audience": "x"}}, "federation.audience: unknown field"),
        ({"metadata": {"url": "x"}}, "metadata.url: unknown field"),
        ({"metadata": True}, "metadata: "),
        ({"key": "x"}, "key: unknown field; did you mean 'keyFile'?"),
        ({"keyFile": 7}, "keyFile: "),
    ],
)
def test_what_is_wrong_is_named(content: dict[str, Any], where: str) -> None:
    """As everywhere in the configuration."""
    with pytest.raises(InvalidDocument) as caught:
        choice(content)
    assert str(caught.value).startswith(f"gate.yaml: {where}")


def test_identities_are_compared_by_what_they_say() -> None:
    """So that a configuration that is read again and says the same changes nothing."""
    assert KeyText(Secret("{}")) == KeyText(Secret("{}"))
    assert FixedToken(Secret(SECRET)) != FixedToken(Secret("t1.other"))
    assert msgspec.structs.replace(Federation(service_account_id="a", token_file="t")) == Federation(
        service_account_id="a", token_file="t"
    )


@pytest.mark.parametrize("identity", [KeyText(Secret(SECRET)), FixedToken(Secret(SECRET))])
def test_an_identity_shows_no_secret(identity: Identity) -> None:
    """Keys and tokens of the environment are masked."""
    assert SECRET not in f"{identity} {identity!r}"
