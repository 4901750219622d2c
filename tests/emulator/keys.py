"""Authorized keys for tests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.emulator.serving import NOW

AUDIENCE = "https://iam.api.cloud.yandex.net/iam/v1/tokens"


@dataclass(frozen=True)
class Key:
    """An RSA key of an account."""

    private: rsa.RSAPrivateKey

    @classmethod
    def generate(cls) -> "Key":
        """Return a new one."""
        return cls(rsa.generate_private_key(public_exponent=65537, key_size=2048))

    @property
    def public_pem(self) -> str:
        """The half that the world file holds."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.private.public_key().public_bytes(serialization.Encoding.PEM, form).decode()

    @property
    def private_pem(self) -> str:
        """The half of the key file, with the line of text that stands in it."""
        pem = self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return f"PLEASE DO NOT REMOVE THIS LINE! Yandex.Cloud SA Key ID <ajekey>\n{pem.decode()}"

    def token(self, *, at: datetime = NOW, kid: str | None = "ajekey", algorithm: str = "PS256", **claims: Any) -> str:
        """Return a JWT as IAM asks for it; claims that are given stand in for the right ones, None removes one."""
        issued = int(at.timestamp())
        right = {"iss": "aje1", "aud": AUDIENCE, "iat": issued, "exp": issued + 3600}
        body = {name: value for name, value in (right | claims).items() if value is not None}
        headers = {"kid": kid} if kid else {}
        return jwt.encode(body, self.private, algorithm=algorithm, headers=headers)

    def with_salt(self, length: int) -> str:
        """Return the right JWT, but signed with a salt of another length."""
        signed, _, _ = self.token().rpartition(".")
        scheme = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=length)
        signature = self.private.sign(signed.encode(), scheme, hashes.SHA256())
        return f"{signed}.{jwt.utils.base64url_encode(signature).decode()}"
