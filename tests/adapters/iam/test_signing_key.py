"""What an authorized key signs, and which keys are none."""

from datetime import timedelta

import jwt
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from tests.adapters.iam.services import ACCOUNT, KEY, authorized, everything_shown
from tests.builders import NOW
from tests.emulator.keys import AUDIENCE
from webhook.adapters.iam.signing_key import SigningKey
from webhook.core.authorized_key import AuthorizedKey
from webhook.core.secret import Secret
from webhook.errors import InvalidDocument


def verified(token: str, salt: int) -> bool:
    """Tell whether a token has a signature with a salt of that length, by the public half of the key."""
    signed, _, signature = token.rpartition(".")
    scheme = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=salt)
    try:
        KEY.private.public_key().verify(jwt.utils.base64url_decode(signature), signed.encode(), scheme, hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def test_a_jwt_says_what_iam_asks_for() -> None:
    """Issuer, audience, key and an hour, begun a minute ago: the clock here may be ahead by so much."""
    token = SigningKey(authorized(), "key.json").token(AUDIENCE, NOW + timedelta(seconds=0.9))
    issued = int(NOW.timestamp()) - 60

    assert jwt.get_unverified_header(token) == {"alg": "PS256", "typ": "JWT", "kid": "ajekey"}
    assert jwt.decode(token, options={"verify_signature": False}) == {
        "iss": ACCOUNT,
        "aud": AUDIENCE,
        "iat": issued,
        "exp": issued + 3600,
    }


def test_a_jwt_is_signed_with_a_salt_of_32_bytes() -> None:
    """IAM takes no other length."""
    token = SigningKey(authorized(), "key.json").token(AUDIENCE, NOW)

    assert [salt for salt in (0, 20, 32, 48, 64) if verified(token, salt)] == [32]


def test_a_key_with_and_without_its_line_of_text() -> None:
    """The line before the PEM asks to be kept; older files lack it."""
    bare = KEY.private_pem.partition("\n")[2]
    token = SigningKey(AuthorizedKey("ajekey", ACCOUNT, Secret(bare)), "key.json").token(AUDIENCE, NOW)

    assert verified(token, 32)


def test_a_signing_key_shows_nothing_of_itself() -> None:
    """Only its ids, to who asks for them."""
    key = SigningKey(authorized(), "key.json")

    assert (key.id, key.service_account_id) == ("ajekey", ACCOUNT)
    assert KEY.private_pem[100:140] not in f"{key} {key!r} {vars(key)}"


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey, password: str = "") -> str:
    """Return a private key in PEM."""
    encryption = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption).decode()


CUT = KEY.private_pem.splitlines()

UNREADABLE = [
    pytest.param("", id="empty"),
    pytest.param("\n".join(CUT[:10]), id="cut off"),
    pytest.param("\n".join([*CUT[:10], *CUT[11:]]), id="a line lost"),
    pytest.param("\n".join([CUT[1], "!" * 64, *CUT[3:]]), id="not base64"),
    pytest.param(KEY.public_pem, id="public"),
    pytest.param(KEY.private_pem + "\ud800", id="not UTF-8"),
    pytest.param(pem(KEY.private, "sesame"), id="encrypted"),
]


@pytest.mark.parametrize("text", UNREADABLE)
def test_a_key_that_cannot_be_read(text: str) -> None:
    """File, field and remedy are named; nothing of the text is shown, in no traceback either."""
    with pytest.raises(InvalidDocument) as caught:
        SigningKey(AuthorizedKey("ajekey", ACCOUNT, Secret(text)), "key.json")

    assert str(caught.value).startswith("key.json: private_key: cannot be read as a key; make one with: yc iam key")
    assert not any(line in everything_shown(caught.value) for line in text.splitlines() if len(line) > 40)


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(ec.generate_private_key(ec.SECP256R1()), id="elliptic curve"),
        pytest.param(ed25519.Ed25519PrivateKey.generate(), id="ed25519"),
        pytest.param(rsa.generate_private_key(65537, 1024), id="too short"),  # noqa: S505 - that is the point
    ],
)
def test_a_key_of_another_kind(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> None:
    """IAM makes RSA keys of 2048 and 4096 bits; no other can be one of its own."""
    text = pem(key)
    with pytest.raises(InvalidDocument, match="private_key: must be an RSA key of 2048 bits or more") as caught:
        SigningKey(AuthorizedKey("ajekey", ACCOUNT, Secret(text)), "key.json")

    assert text.splitlines()[1] not in everything_shown(caught.value)
