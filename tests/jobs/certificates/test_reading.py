"""Keys and certificates, read."""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from tests.certificates import Authority
from webhook.jobs.certificates.making import issue, new_authority, pem
from webhook.jobs.certificates.reading import certificates, covers, issuer_of, pair, valid

NOW = datetime(2027, 1, 1, tzinfo=UTC)
OLD, NEW = new_authority(NOW), new_authority(NOW)
LEAF = issue(OLD, ("scangate.gate.svc",), now=NOW, validity=timedelta(days=1))


def test_certificates() -> None:
    """Each is found once, in order, whatever stands between them."""
    text = b"junk" + pem(NEW.certificate, OLD.certificate) + b"# old\n" + pem(NEW.certificate) + OLD.key_pem()
    assert certificates(text) == (NEW.certificate, OLD.certificate)


FRAMED = st.binary().map(lambda inner: b"-----BEGIN CERTIFICATE-----\n%b\n-----END CERTIFICATE-----" % inner)


@given(st.binary() | FRAMED)
def test_what_is_no_certificate(text: bytes) -> None:
    """It is not there, and no error."""
    assert certificates(text) == ()


def test_pair() -> None:
    """A certificate is taken with its own key alone."""
    assert pair(LEAF.certificate, LEAF.key_pem()) == LEAF
    assert pair(LEAF.certificate, OLD.key_pem()) is None
    assert pair(None, OLD.key_pem()) is None


@pytest.mark.parametrize("key", [b"", b"junk", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_key(key: bytes) -> None:
    """It is not there."""
    assert pair(LEAF.certificate, key) is None


def test_locked_key() -> None:
    """One that needs a password is of no use."""
    encryption = serialization.BestAvailableEncryption(b"password")
    locked = LEAF.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    assert pair(LEAF.certificate, locked) is None


def test_key_of_another_kind() -> None:
    """Ours are on P-256; anything else was put there by somebody else, and is replaced."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name.from_rfc4514_string("CN=x")
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, NOW, NOW + timedelta(days=1))
    certificate = builder.sign(key, hashes.SHA256())
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    assert pair(certificate, key.private_bytes(*form)) is None
    assert not covers(certificate, "x")
    assert issuer_of(LEAF.certificate, (certificate,)) is None


@pytest.mark.parametrize(
    ("at", "is_valid"),
    [
        (LEAF.certificate.not_valid_before_utc - timedelta(seconds=1), False),
        (LEAF.certificate.not_valid_before_utc, True),
        (NOW, True),
        (LEAF.certificate.not_valid_after_utc, False),
    ],
)
def test_valid(at: datetime, is_valid: bool) -> None:
    """It is, from its first moment to before its last."""
    assert valid(LEAF.certificate, at) is is_valid


def test_issuer() -> None:
    """It is the one whose key signed, not one of the same name."""
    assert issuer_of(LEAF.certificate, (NEW.certificate, OLD.certificate)) == OLD.certificate
    assert issuer_of(LEAF.certificate, (NEW.certificate,)) is None
    assert issuer_of(LEAF.certificate, ()) is None
    one, other = Authority("the same"), Authority("the same")
    [signed], [wrong] = certificates(one.issue().certificate), certificates(other.pem.encode())
    assert issuer_of(signed, (wrong,)) is None


@pytest.mark.parametrize(
    ("name", "covered"),
    [("scangate.gate.svc", True), ("SCANGATE.gate.svc", True), ("gate.svc", False), ("x.scangate.gate.svc", False)],
)
def test_covers(name: str, covered: bool) -> None:
    """It is for the names that stand in it, whatever their case."""
    assert covers(LEAF.certificate, name) is covered


def test_covers_address() -> None:
    """So are addresses."""
    [certificate] = certificates(Authority().issue().certificate)
    assert covers(certificate, str(IPv4Address("127.0.0.1")))
