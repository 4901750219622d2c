"""Whether a caBundle vouches for what is served, whoever made the two."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from webhook.jobs.certificates.making import Pair, issue, new_authority, pem
from webhook.jobs.certificates.vouching import LONGEST_CHAIN, doubt

NOW = datetime(2027, 1, 1, tzinfo=UTC)
HOST = "scangate.gate.svc"
DAY = timedelta(days=1)
AUTHORITY, STRANGER = new_authority(NOW), new_authority(NOW)
SERVED = pem(issue(AUTHORITY, (HOST,), now=NOW, validity=DAY).certificate)


def below(signer: Pair, name: str = HOST, *, at: datetime = NOW) -> Pair:
    """Return a certificate that *signer* has signed; it may sign others, and be a server's."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name.from_rfc4514_string(f"CN=below {x509.random_serial_number()}")
    builder = x509.CertificateBuilder(signer.certificate.subject, subject, key.public_key(), 1, at, at + DAY)
    names = x509.SubjectAlternativeName([x509.DNSName(name)])
    return Pair(builder.add_extension(names, critical=False).sign(signer.key, hashes.SHA256()), key)


def packed(*authorities: Pair) -> str:
    """Return a caBundle."""
    return base64.b64encode(pem(*(authority.certificate for authority in authorities))).decode()


def test_it_does() -> None:
    """One of the authorities has signed what is served."""
    assert doubt(packed(STRANGER, AUTHORITY), SERVED, HOST, now=NOW) is None


def test_through_others() -> None:
    """Intermediate authorities are followed, if they are served."""
    middle = below(AUTHORITY)
    leaf = below(middle)
    served = pem(leaf.certificate, middle.certificate)

    assert doubt(packed(AUTHORITY), served, HOST, now=NOW) is None
    assert doubt(packed(AUTHORITY), pem(leaf.certificate), HOST, now=NOW) is not None


def test_certificate_that_is_its_own_authority() -> None:
    """It may stand in the bundle itself."""
    leaf = below(STRANGER)
    assert doubt(packed(leaf), pem(leaf.certificate), HOST, now=NOW) is None


def test_wildcard() -> None:
    """It counts for one label."""
    leaf = pem(below(AUTHORITY, "*.gate.svc").certificate)
    assert doubt(packed(AUTHORITY), leaf, HOST, now=NOW) is None
    assert doubt(packed(AUTHORITY), leaf, f"x.{HOST}", now=NOW) is not None


def test_circle() -> None:
    """A chain that leads nowhere ends."""
    chain = [below(STRANGER)]
    for _ in range(LONGEST_CHAIN + 1):
        chain.append(below(chain[-1]))
    served = pem(*(link.certificate for link in reversed(chain)))
    assert doubt(packed(AUTHORITY), served, HOST, now=NOW) == "none of its authorities has signed what is served"


@pytest.mark.parametrize(
    ("bundle", "served", "said"),
    [
        (packed(AUTHORITY), b"", "no certificate is served"),
        ("", SERVED, "no certificate in it"),
        ("UEVN", SERVED, "no certificate in it"),
        (packed(STRANGER), SERVED, "none of its authorities"),
        (packed(AUTHORITY), pem(below(AUTHORITY, "other.svc").certificate), f"is not for {HOST}"),
        (packed(AUTHORITY), pem(below(AUTHORITY, at=NOW - 2 * DAY).certificate), "is valid from"),
        (packed(AUTHORITY), pem(below(AUTHORITY, at=NOW + DAY).certificate), "is valid from"),
        (packed(new_authority(NOW + 2 * DAY)), SERVED, "none of its authorities"),
    ],
)
def test_it_does_not(bundle: str, served: bytes, said: str) -> None:
    """It says why."""
    found = doubt(bundle, served, HOST, now=NOW)
    assert found is not None
    assert said in found


def test_authority_that_has_ended() -> None:
    """It vouches for nothing any more."""
    ended = new_authority(NOW - timedelta(days=4000))
    leaf = below(ended)
    assert doubt(packed(ended), pem(leaf.certificate), HOST, now=NOW) is not None
