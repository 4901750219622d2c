"""Keys and certificates, made: strict clients accept them."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.verification import PolicyBuilder, Store

from tests.clusters import HOST
from webhook.jobs.certificates.making import (
    AUTHORITY_VALIDITY,
    CLOCK_TOLERANCE,
    Pair,
    issue,
    made_at,
    new_authority,
    pem,
)

NOW = datetime.now(UTC).replace(microsecond=0)
DAYS = timedelta(days=90)


@pytest.fixture(scope="module")
def authority() -> Pair:
    """Make one."""
    return new_authority(NOW)


@pytest.fixture(scope="module")
def serving(authority: Pair) -> Pair:
    """Make a serving certificate."""
    return issue(authority, (HOST, f"{HOST}.cluster.local"), now=NOW, validity=DAYS)


def test_a_strict_verifier_accepts_it(authority: Pair, serving: Pair) -> None:
    """All that RFC 5280 asks of both is there."""
    verifier = PolicyBuilder().store(Store([authority.certificate])).time(NOW).build_server_verifier(x509.DNSName(HOST))
    assert verifier.verify(serving.certificate, []) == [serving.certificate, authority.certificate]


def test_openssl_accepts_it(authority: Pair, serving: Pair, tmp_path: Path) -> None:
    """So does OpenSSL in its strict mode, and it serves the pair."""
    (tmp_path / "crt").write_bytes(pem(serving.certificate))
    (tmp_path / "key").write_bytes(serving.key_pem())
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(tmp_path / "crt", tmp_path / "key")
    client = ssl.create_default_context(cadata=pem(authority.certificate).decode())
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = (
        client.wrap_bio(to_client, to_server, server_hostname=HOST),
        server.wrap_bio(to_server, to_client, server_side=True),
    )
    for side in sides * 2:
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    assert sides[0].version() == "TLSv1.3"


def test_times(authority: Pair, serving: Pair) -> None:
    """They begin a little before now, for API servers whose clock is behind, and last as long as they should."""
    for made, lasts in ((authority, AUTHORITY_VALIDITY), (serving, DAYS)):
        assert made.certificate.not_valid_before_utc == NOW - CLOCK_TOLERANCE
        assert made.certificate.not_valid_after_utc == NOW + lasts
        assert made_at(made.certificate) == NOW


def test_it_does_not_outlive_its_authority(authority: Pair) -> None:
    """Where it would, it ends with it."""
    end = NOW + AUTHORITY_VALIDITY
    late = issue(authority, (HOST,), now=end - timedelta(days=1), validity=DAYS)
    assert late.certificate.not_valid_after_utc == end


def test_authorities_are_told_apart() -> None:
    """No two have the same name or key."""
    one, other = new_authority(NOW), new_authority(NOW)
    assert one.certificate.subject != other.certificate.subject
    assert one.key.public_key() != other.key.public_key()


def test_key(serving: Pair) -> None:
    """It is on P-256, and stays out of the repr."""
    assert isinstance(serving.key.curve, ec.SECP256R1)
    assert "key" not in repr(serving)
    assert serving.key_pem().startswith(b"-----BEGIN PRIVATE KEY-----")


def test_long_name(authority: Pair) -> None:
    """A name that is too long for a common name is an alternative name all the same."""
    name = f"{'s' * 60}.{'n' * 60}.svc"
    names = issue(authority, (name,), now=NOW, validity=DAYS).certificate.extensions
    assert names.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName) == [name]
