"""Authorized keys and what they sign: the one user of the libraries for JWT and cryptography."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

ALGORITHM = "PS256"
"""RSA-PSS with SHA-256; PyJWT asks for a salt of 32 bytes, as IAM does."""

CLUSTER_ALGORITHM = "RS256"
"""What an API server signs the tokens of service accounts with."""

_UNCHECKED = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False, "verify_iss": False}
"""Claims are compared with the emulator's clock and world, not with the library's."""


def key_id(token: str) -> str:
    """Return which key a JWT says it is signed with.

    Raises:
        ValueError: it is no JWT, names no key, or is not signed with PS256.
    """
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise ValueError("JWT is malformed") from error
    if header.get("alg") != ALGORITHM:
        raise ValueError(f"JWT must be signed with {ALGORITHM}")
    if not header.get("kid"):
        raise ValueError("JWT header must name the key in kid")
    return str(header["kid"])


def signed_claims(token: str, public_key: str) -> Mapping[str, Any]:
    """Return the claims of a JWT.

    Raises:
        ValueError: the signature is not of that key.
    """
    try:
        return dict(jwt.decode(token, public_key, algorithms=[ALGORITHM], options=_UNCHECKED))  # type: ignore[arg-type]
    except jwt.PyJWTError as error:
        raise ValueError("JWT signature is invalid") from error


def cluster_claims(token: str, public_keys: Iterable[str]) -> Mapping[str, Any]:
    """Return the claims of a token that a cluster signed with one of its keys.

    Raises:
        ValueError: none of them signed it.
    """
    for key in public_keys:
        with suppress(jwt.PyJWTError):
            return dict(jwt.decode(token, key, algorithms=[CLUSTER_ALGORITHM], options=_UNCHECKED))  # type: ignore[arg-type]
    raise ValueError("JWT signature is invalid")


def unsigned_claims(token: str) -> Mapping[str, Any]:
    """Return the claims of a JWT, whoever signed it.

    Raises:
        ValueError: it is no JWT.
    """
    try:
        return dict(jwt.decode(token, options={"verify_signature": False, **_UNCHECKED}))  # type: ignore[arg-type]
    except jwt.PyJWTError as error:
        raise ValueError("JWT is malformed") from error


def is_public_key(pem: str) -> bool:
    """Return whether a text is an RSA public key."""
    try:
        return isinstance(load_pem_public_key(pem.encode()), RSAPublicKey)
    except (ValueError, UnsupportedAlgorithm):
        return False


def belong_together(private_pem: str, public_pem: str) -> bool:
    """Return whether two texts are the halves of one RSA key. The private one may have a line of text before it."""
    try:
        private, public = load_pem_private_key(private_pem.encode(), None), load_pem_public_key(public_pem.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return isinstance(private, RSAPrivateKey) and private.public_key() == public
