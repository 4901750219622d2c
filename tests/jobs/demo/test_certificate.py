"""The throw-away certificate."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from webhook.jobs.demo.certificate import VALIDITY, Certificate, self_signed


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    """Make one that is valid now."""
    return self_signed(datetime.now(UTC))


def _shake_hands(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> None:
    """Do a TLS handshake in memory; raise what the client raises."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = (
        client.wrap_bio(to_client, to_server, server_hostname=name),
        server.wrap_bio(to_server, to_client, server_side=True),
    )
    for side in sides * 2:
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_a_strict_client_that_trusts_it_accepts_it(certificate: Certificate, tmp_path: Path, name: str) -> None:
    """With the certificate as its only authority and OpenSSL's strict mode, a client shakes hands."""
    (tmp_path / "chain").write_bytes(certificate.chain)
    (tmp_path / "key").write_bytes(certificate.key)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(tmp_path / "chain", tmp_path / "key")
    client = ssl.create_default_context(cafile=str(tmp_path / "chain"))
    client.verify_flags |= ssl.VERIFY_X509_STRICT

    _shake_hands(server, client, name)

    with pytest.raises(ssl.SSLCertVerificationError):
        _shake_hands(server, client, "elsewhere.example")


def test_it_is_short_lived() -> None:
    """It ends after a few days, and began a little before now for clients whose clock is behind."""
    now = datetime(2026, 1, 1, tzinfo=UTC)

    made = x509.load_pem_x509_certificate(self_signed(now).chain)

    assert made.not_valid_after_utc == now + VALIDITY
    assert now - timedelta(hours=1) < made.not_valid_before_utc < now


def test_its_key_is_its_own_and_stays_out_of_sight(certificate: Certificate) -> None:
    """The key is an EC key on P-256, fits the certificate, and is not in its repr."""
    key = load_pem_private_key(certificate.key, password=None)

    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert key.curve.name == "secp256r1"
    assert key.public_key() == x509.load_pem_x509_certificate(certificate.chain).public_key()
    assert "PRIVATE" not in repr(certificate)
    assert self_signed(datetime.now(UTC)).key != certificate.key
