"""Keys and signatures."""

import pytest

from tests.emulator.keys import AUDIENCE, Key
from webhook.emulator.signatures import (
    belong_together,
    cluster_claims,
    is_public_key,
    key_id,
    signed_claims,
    unsigned_claims,
)


@pytest.fixture(scope="module")
def key() -> Key:
    """One key for all tests."""
    return Key.generate()


def test_claims_come_out_of_a_right_signature(key: Key) -> None:
    """PS256 with the account's key; claims are not judged here."""
    token = key.token(exp=1)

    assert key_id(token) == "ajekey"
    assert signed_claims(token, key.public_pem)["aud"] == AUDIENCE
    assert signed_claims(key.with_salt(32), key.public_pem)["iss"] == "aje1"


def test_another_key_salt_or_algorithm_is_refused(key: Key) -> None:
    """Salt 32 is part of the algorithm."""
    for token in (Key.generate().token(), key.with_salt(0), key.with_salt(64), key.token(algorithm="RS256")):
        with pytest.raises(ValueError, match="signature is invalid"):
            signed_claims(token, key.public_pem)


def test_a_header_must_name_key_and_algorithm(key: Key) -> None:
    """RS256, no kid and no JWT at all are told apart."""
    for token, said in (
        (key.token(algorithm="RS256"), "PS256"),
        (key.token(kid=None), "kid"),
        ("x", "malformed"),
    ):
        with pytest.raises(ValueError, match=said):
            key_id(token)


def test_claims_can_be_read_unsigned(key: Key) -> None:
    """Whoever signed them."""
    assert unsigned_claims(key.token())["iss"] == "aje1"
    with pytest.raises(ValueError, match="malformed"):
        unsigned_claims("x")


def test_a_cluster_signs_with_one_of_its_keys(key: Key) -> None:
    """RS256, as API servers do; claims are not judged here."""
    other = Key.generate()
    token = key.token(algorithm="RS256", exp=1)

    assert cluster_claims(token, [other.public_pem, key.public_pem])["iss"] == "aje1"
    for signed, keys in ((token, []), (token, [other.public_pem]), (key.token(), [key.public_pem])):
        with pytest.raises(ValueError, match="signature is invalid"):
            cluster_claims(signed, keys)


def test_public_keys_are_known(key: Key) -> None:
    """A private one, or rubbish, is not one."""
    assert is_public_key(key.public_pem)
    assert not is_public_key(key.private_pem)
    assert not is_public_key("")


def test_two_halves_belong_together_or_not(key: Key) -> None:
    """The line of text before the private key is no obstacle."""
    assert belong_together(key.private_pem, key.public_pem)
    assert not belong_together(Key.generate().private_pem, key.public_pem)
    assert not belong_together("x", key.public_pem)
    assert not belong_together(key.private_pem, "")
