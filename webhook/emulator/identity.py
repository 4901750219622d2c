"""The ways to a token: IAM for authorized keys, the metadata service, and token exchange for workload identities."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from webhook.emulator.access import ANYBODY, Access
from webhook.emulator.answers import Answer, Message, json_answer, message, text_answer
from webhook.emulator.requests import Request
from webhook.emulator.routes import Dialect, Route
from webhook.emulator.signatures import cluster_claims, key_id, signed_claims, unsigned_claims
from webhook.emulator.status import Code, RefusedError, invalid
from webhook.emulator.stock import Stock
from webhook.emulator.times import render_moment
from webhook.emulator.tokens import IAM, Mint
from webhook.emulator.world import Account

TOKENS = "/iam/v1/tokens"
MAX_JWT = 8000
"""Characters."""
MAX_JWT_SECONDS = 3600
CLOCK_SKEW_SECONDS = 60
"""How far in the future a JWT may be issued. What IAM tolerates is not documented."""

_EXCHANGE = {
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "requested_token_type": "urn:ietf:params:oauth:token-type:access_token",
    "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
}


class Identity:
    """Issues tokens. In a world without accounts everybody who asks in the right form gets one."""

    def __init__(self, stock: Stock, access: Access, mint: Mint) -> None:
        """Know the accounts of *stock*, and issue tokens of *mint*."""
        self._stock = stock
        self._access = access
        self._mint = mint

    def routes(self) -> tuple[Route, ...]:
        """Return where tokens are to be had."""
        metadata = "/computeMetadata/v1/instance/service-accounts/default/token"
        return (
            Route(method="POST", pattern=TOKENS, handle=self.create),
            Route(method="POST", pattern=f"{TOKENS}:revoke", handle=self.revoke),
            Route(method="GET", pattern=metadata, handle=self.metadata, parameters=None),
            Route(method="POST", pattern="/oauth/token", handle=self.exchange, dialect=Dialect.OAUTH),
        )

    def create(self, request: Request) -> Message:
        """Return an IAM token for a JWT that an authorized key signed (IamTokenService.Create)."""
        body = request.json_object("jwt", "yandexPassportOauthToken")
        if len(body) != 1:
            raise invalid("identity", "exactly one of yandexPassportOauthToken and jwt must be given")
        token = body.get("jwt")
        if not isinstance(token, str) or not 0 < len(token) <= MAX_JWT:
            raise invalid("jwt", f"must be a JWT of at most {MAX_JWT} characters")
        try:
            account = self._signer(token, request)
        except ValueError as error:
            raise RefusedError(Code.UNAUTHENTICATED, str(error)) from error
        iam_token, expires = self._issue(account, request)
        return message(iamToken=iam_token, expiresAt=render_moment(expires))

    def revoke(self, request: Request) -> Message:
        """Make a token invalid (IamTokenService.Revoke)."""
        token = request.json_object("iamToken").get("iamToken")
        if not isinstance(token, str) or not token:
            raise invalid("iamToken", "must be given")
        self._mint.revoke(token)
        return {}

    def metadata(self, request: Request) -> Answer:
        """Return a token of the account that the machine runs as (the metadata service)."""
        if request.headers.get("metadata-flavor") != "Google":
            return text_answer("Missing Metadata-Flavor:Google header.\n", 403)
        accounts = self._stock.catalog.world.accounts
        account = next((one for one in accounts if one.metadata), None) if accounts else ANYBODY
        if account is None:
            return text_answer("Not found\n", 404)
        return json_answer(self._grant(account, request), headers=(("Metadata-Flavor", "Google"),))

    def exchange(self, request: Request) -> Message:
        """Return a token of the service account that the subject of a Kubernetes token may act as.

        Issuer, audience and signature of that token are checked where the world knows any cluster.
        """
        if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            raise invalid("body", "must be a form")
        form = {name: values[-1] for name, values in parse_qs(request.body.decode("latin-1")).items()}
        for name, value in _EXCHANGE.items():
            if form.get(name) != value:
                raise invalid(name, f"must be {value}")
        claims = self._workload(form.get("subject_token", ""))
        account = self._impersonated(form.get("audience", ""), claims)
        if account is None or _number(claims, "exp") <= request.at.timestamp():
            raise RefusedError(Code.UNAUTHENTICATED, "no such subject, or its token has expired")
        return self._grant(account, request)

    def _workload(self, token: str) -> Mapping[str, Any]:
        """Return the claims of a Kubernetes token.

        Raises:
            RefusedError: it is none, or of no cluster that the world knows.
        """
        try:
            claims = unsigned_claims(token)
        except ValueError as error:
            raise invalid("subject_token", "must be a JWT") from error
        federations = self._stock.catalog.world.federations
        if not federations:
            return claims
        federation = next((one for one in federations if one.issuer == claims.get("iss")), None)
        if federation is None:
            raise RefusedError(Code.UNAUTHENTICATED, "no federation has the issuer of the token")
        if not _audiences(claims) & set(federation.audiences):
            raise RefusedError(Code.UNAUTHENTICATED, "the token is for another audience")
        try:
            return cluster_claims(token, federation.keys)
        except ValueError as error:
            raise RefusedError(Code.UNAUTHENTICATED, str(error)) from error

    def _signer(self, token: str, request: Request) -> Account:
        """Return the account whose key signed a JWT.

        Raises:
            ValueError: it is not what IAM asks for.
        """
        key = key_id(token)
        accounts = self._stock.catalog.world.accounts
        if not accounts:
            account, claims = ANYBODY, unsigned_claims(token)
        else:
            account = next((one for one in accounts if key in one.keys), ANYBODY)
            if account is ANYBODY:
                raise ValueError("Key not found")
            claims = signed_claims(token, account.keys[key])
            if claims.get("iss") != account.id:
                raise ValueError("JWT issuer is not the owner of the key")
        self._check_claims(claims, request)
        return account

    def _check_claims(self, claims: Mapping[str, Any], request: Request) -> None:
        known = {*self._stock.catalog.world.behaviour.iam_audiences, request.origin + TOKENS}
        if not known & _audiences(claims):
            raise ValueError("JWT audience is wrong")
        issued, expires, now = _number(claims, "iat"), _number(claims, "exp"), request.at.timestamp()
        if not issued < expires <= issued + MAX_JWT_SECONDS:
            raise ValueError(f"JWT must expire within {MAX_JWT_SECONDS} s of its issue")
        if issued > now + CLOCK_SKEW_SECONDS or expires <= now:
            raise ValueError("JWT is expired or not valid yet")

    def _impersonated(self, account_id: str, claims: Mapping[str, Any]) -> Account | None:
        if not self._stock.catalog.world.accounts:
            return ANYBODY
        account = self._access.by_id(account_id)
        return account if account is not None and claims.get("sub") in account.subjects else None

    def _issue(self, account: Account, request: Request) -> tuple[str, Any]:
        seconds = self._stock.catalog.world.behaviour.token_seconds
        return self._mint.issue(account.id, kind=IAM, at=request.at, seconds=seconds)

    def _grant(self, account: Account, request: Request) -> Message:
        token, _ = self._issue(account, request)
        seconds = self._stock.catalog.world.behaviour.token_seconds
        return {"access_token": token, "expires_in": seconds, "token_type": "Bearer"}


def _audiences(claims: Mapping[str, Any]) -> set[str]:
    """Return for whom a JWT is; it may name one or several."""
    named = claims.get("aud")
    return {name for name in (named if isinstance(named, list) else [named]) if isinstance(name, str)}


def _number(claims: Mapping[str, Any], name: str) -> float:
    """Return a time among the claims; 0, which is long ago, where there is none."""
    value = claims.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
