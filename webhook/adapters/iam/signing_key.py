"""The private half of an authorized key: what signs."""

from datetime import datetime

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from webhook.core.authorized_key import REMEDY, AuthorizedKey
from webhook.errors import InvalidDocument

ALGORITHM = "PS256"
"""RSA-PSS with SHA-256 and a salt of 32 bytes: the only one that IAM takes."""

EARLY_SECONDS = 60
"""By so much a JWT is dated back: the clock of this machine may be ahead of IAM's."""

MIN_BITS = 2048
"""The shorter of the two lengths that IAM makes keys of."""

LIFE_SECONDS = 3600
"""The longest that IAM takes; the clock may be late by almost as much."""


class SigningKey:
    """Signs the claims of a service account. Loaded once: reading PEM costs a hundred times a signature."""

    def __init__(self, key: AuthorizedKey, source: str) -> None:
        """Load *key*, which came from *source*.

        Raises:
            InvalidDocument: it is not an RSA key of a safe length.
        """
        self.id, self.service_account_id = key.id, key.service_account_id
        try:
            private = load_pem_private_key(key.private_key.reveal().encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            # Without the cause: a library's message may quote what it could not read.
            raise InvalidDocument(f"{source}: private_key: cannot be read as a key; {REMEDY}") from None
        if not isinstance(private, RSAPrivateKey) or private.key_size < MIN_BITS:
            raise InvalidDocument(
                f"{source}: private_key: must be an RSA key of {MIN_BITS} bits or more, as yc makes it; {REMEDY}"
            )
        self._private = private

    def token(self, audience: str, now: datetime) -> str:
        """Return a JWT for *audience*: iss, aud, iat and exp as IamTokenService.Create asks for them."""
        issued = int(now.timestamp()) - EARLY_SECONDS
        claims = {"iss": self.service_account_id, "aud": audience, "iat": issued, "exp": issued + LIFE_SECONDS}
        return jwt.encode(claims, self._private, algorithm=ALGORITHM, headers={"kid": self.id})
