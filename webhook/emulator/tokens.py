"""Tokens that the emulator issues: in the form of IAM's, sealed so that none has to be remembered."""

import base64
import hashlib
import hmac
import json
import threading
from datetime import datetime, timedelta

IAM = "iam"
PULL = "pull"
"""What a token is for: the APIs, or the token flow of the distribution specification."""


class Mint:
    """Issues tokens and recognises its own."""

    def __init__(self, seed: str) -> None:
        """Seal tokens with a key that follows from *seed*."""
        self._key = hashlib.sha256(f"mint {seed}".encode()).digest()
        self._lock = threading.Lock()
        self._revoked: set[str] = set()
        self._issued = 0

    def issue(self, account_id: str, *, kind: str, at: datetime, seconds: float) -> tuple[str, datetime]:
        """Return a token for an account, and when it expires."""
        with self._lock:
            self._issued += 1
            number = self._issued
        expires = at + timedelta(seconds=seconds)
        claims = json.dumps([account_id, kind, expires.timestamp(), number], separators=(",", ":")).encode()
        return f"t1.{_text(claims)}.{_text(self._seal(claims))}", expires

    def account_of(self, token: str, *, kind: str, at: datetime) -> str | None:
        """Return whose token it is; None where it is not one of that kind, is expired or was revoked."""
        try:
            claims, seal = map(_bytes, token.removeprefix("t1.").split("."))
            account_id, of_kind, expires, _ = json.loads(claims)
        except ValueError:
            return None
        genuine = hmac.compare_digest(seal, self._seal(claims))
        if not genuine or of_kind != kind or expires <= at.timestamp() or token in self._revoked:
            return None
        return str(account_id)

    def revoke(self, token: str) -> None:
        """Recognise *token* no longer."""
        with self._lock:
            self._revoked.add(token)

    def _seal(self, claims: bytes) -> bytes:
        return hmac.digest(self._key, claims, "sha512")


def _text(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def _bytes(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
