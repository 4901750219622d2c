"""Who is asking, and whether he may: token, account, role."""

import base64
import binascii
from collections.abc import Mapping

from webhook.emulator.status import Code, RefusedError
from webhook.emulator.stock import Stock
from webhook.emulator.tokens import IAM, PULL, Mint
from webhook.emulator.world import Account, Role

ANYBODY = Account(id="anybody", roles=frozenset(Role))
"""Whoever has any credentials at all, in a world without accounts."""

EXPIRED = "Token is invalid or has expired."


class Access:
    """Recognises accounts by their credentials."""

    def __init__(self, stock: Stock, mint: Mint) -> None:
        """Know the accounts of *stock*, and the tokens of *mint*."""
        self._stock = stock
        self._mint = mint

    def account(self, headers: Mapping[str, str]) -> Account | None:
        """Return whose credentials a request carries; None where they are missing or nobody's."""
        scheme, _, value = headers.get("authorization", "").partition(" ")
        match scheme.lower():
            case "bearer":
                return self.by_token(value.strip())
            case "basic":
                return self.by_password(value.strip())
            case _:
                return None

    def by_token(self, token: str) -> Account | None:
        """Return whose IAM or pull token it is."""
        accounts = self._stock.catalog.world.accounts
        if not accounts:
            return ANYBODY if token else None
        now = self._stock.now()
        known = self._mint.account_of(token, kind=IAM, at=now) or self._mint.account_of(token, kind=PULL, at=now)
        return next((account for account in accounts if account.id == known or token in account.tokens), None)

    def by_password(self, encoded: str) -> Account | None:
        """Return who logs in as `iam` with a token for a password, as container engines do."""
        try:
            user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return None
        return self.by_token(password) if user == "iam" else None

    def by_id(self, account_id: str) -> Account | None:
        """Return the account of that id."""
        accounts = self._stock.catalog.world.accounts
        return next((account for account in accounts if account.id == account_id), None)


def check_role(account: Account | None, roles: frozenset[Role]) -> None:
    """Let an account in that has any of *roles*.

    Raises:
        RefusedError: there is no account, or it has none of them.
    """
    if account is None:
        raise RefusedError(Code.UNAUTHENTICATED, EXPIRED)
    if not account.roles & roles:
        raise RefusedError(Code.PERMISSION_DENIED, "Permission denied")
