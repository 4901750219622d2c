"""Who is asking, and whether he may: token, account, role."""

import base64
import binascii
import json
from collections.abc import Mapping

from webhook.emulator.signatures import belong_together
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

    def account(self, headers: Mapping[str, str], *, pulling: bool = False) -> Account | None:
        """Return whose credentials a request carries; None where they are missing or nobody's.

        Where it is about *pulling*, pull tokens and passwords count as well.
        """
        scheme, _, value = headers.get("authorization", "").partition(" ")
        match scheme.lower():
            case "bearer":
                return self._by_token(value.strip(), (IAM, PULL) if pulling else (IAM,))
            case "basic" if pulling:
                return self._by_password(value.strip())
            case _:
                return None

    def _by_token(self, token: str, kinds: tuple[str, ...] = (IAM,)) -> Account | None:
        accounts = self._stock.catalog.world.accounts
        if not accounts:
            return ANYBODY if token else None
        known = {self._mint.account_of(token, kind=kind, at=self._stock.now()) for kind in kinds}
        return next((account for account in accounts if account.id in known or token in account.tokens), None)

    def _by_password(self, encoded: str) -> Account | None:
        """Return who logs in as container engines do: as `iam` with a token, as `json_key` with a key file."""
        try:
            user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return None
        match user:
            case "iam":
                return self._by_token(password)
            case "json_key":
                return self._by_key_file(password)
            case _:
                return None

    def _by_key_file(self, text: str) -> Account | None:
        try:
            file = json.loads(text)
            key, private = str(file["id"]), str(file["private_key"])
        except (ValueError, TypeError, KeyError, RecursionError):
            return None
        accounts = self._stock.catalog.world.accounts
        if not accounts:
            return ANYBODY
        owners = (account for account in accounts if belong_together(private, account.keys.get(key, "")))
        return next(owners, None)

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
