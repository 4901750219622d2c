"""Keys and certificates, read: what is there, whether it fits together, and whether it vouches for a server.

What cannot be read is not there: whatever a Secret or a caBundle was filled with, it can be put in order.
"""

import re
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from webhook.jobs.certificates.making import Pair

_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----")

LARGEST_PEM = 1024 * 1024
"""Bytes; as large as a Secret can be."""


def certificates(pem: bytes) -> tuple[x509.Certificate, ...]:
    """Return the certificates in *pem*, each once, without what is none."""
    found: dict[x509.Certificate, None] = {}
    for block in _CERTIFICATE.findall(pem[:LARGEST_PEM]):
        try:
            found[x509.load_pem_x509_certificate(block)] = None
        except (ValueError, UnsupportedAlgorithm):
            continue
    return tuple(found)


def pair(certificate: x509.Certificate | None, key_pem: bytes) -> Pair | None:
    """Return *certificate* with its key; None where there is none, or the key is another's."""
    try:
        key = load_pem_private_key(key_pem, password=None)
        fits = certificate is not None and key.public_key() == certificate.public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return Pair(certificate, key) if certificate and fits and isinstance(key, ec.EllipticCurvePrivateKey) else None


def valid(certificate: x509.Certificate, now: datetime) -> bool:
    """Tell whether it is neither too early nor too late for *certificate*."""
    return certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc


def issuer_of(leaf: x509.Certificate, authorities: tuple[x509.Certificate, ...]) -> x509.Certificate | None:
    """Return the first of *authorities* that signed *leaf*; None where none did."""
    return next((authority for authority in authorities if _signed(authority, leaf)), None)


def _signed(authority: x509.Certificate, leaf: x509.Certificate) -> bool:
    try:
        leaf.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def covers(leaf: x509.Certificate, name: str) -> bool:
    """Tell whether *leaf* names a server called *name*, a DNS name or an address, in so many words."""
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    addresses = [str(address) for address in names.get_values_for_type(x509.IPAddress)]
    return name.lower() in [*addresses, *(known.lower() for known in names.get_values_for_type(x509.DNSName))]
