"""Registry API v2: manifests by tag and by digest, and the token flow before them.

Source: the OCI distribution specification, and what is known of cr.yandex: Basic credentials are taken at
the manifests themselves as well.
"""

from webhook.emulator.access import EXPIRED
from webhook.emulator.answers import Answer, Message, json_answer
from webhook.emulator.manifests import manifest_of
from webhook.emulator.requests import Request
from webhook.emulator.routes import Dialect, Route
from webhook.emulator.status import Code, RefusedError, not_found
from webhook.emulator.stock import Stock
from webhook.emulator.times import render_moment
from webhook.emulator.tokens import PULL, Mint
from webhook.emulator.world import Image, Role

PULLERS = frozenset({Role.PULLER})
TOKEN_SECONDS = 3600
VERSION = (("Docker-Distribution-Api-Version", "registry/2.0"),)


class Distribution:
    """What container engines ask for before they pull."""

    def __init__(self, stock: Stock, mint: Mint) -> None:
        """Answer from *stock*, with pull tokens of *mint*."""
        self._stock = stock
        self._mint = mint

    def routes(self) -> tuple[Route, ...]:
        """Return where the methods are found."""
        token, manifest = "/v2/token/", "/v2/<path:name>/manifests/<reference>"
        dialect = Dialect.DISTRIBUTION
        return (
            Route(method="GET", pattern="/v2/", handle=self.base, roles=PULLERS, dialect=dialect),
            Route(method="GET", pattern=token, handle=self.token, parameters=None, dialect=dialect),
            Route(method="GET", pattern=manifest, handle=self.manifest, roles=PULLERS, dialect=dialect),
        )

    def base(self, _: Request) -> Answer:
        """Say that this is a registry."""
        return json_answer({}, headers=VERSION)

    def token(self, request: Request) -> Message:
        """Return a token for pulling. What it is good for is decided where it is used: by the account's roles."""
        if request.account is None:
            raise RefusedError(Code.UNAUTHENTICATED, EXPIRED)
        token, _ = self._mint.issue(request.account.id, kind=PULL, at=request.at, seconds=TOKEN_SECONDS)
        issued = render_moment(request.at)
        return {"token": token, "access_token": token, "expires_in": TOKEN_SECONDS, "issued_at": issued}

    def manifest(self, request: Request) -> Answer:
        """Return a manifest."""
        image = self._image(request.arguments["name"], request.arguments["reference"])
        media_type, body = manifest_of(image)
        if not _accepts(request.headers.get("accept", "*/*"), media_type):
            raise RefusedError(Code.NOT_FOUND, f"manifest is {media_type}, which the Accept header leaves out")
        header = self._stock.catalog.world.behaviour.digest_header
        digest = (("Docker-Content-Digest", image.digest),) if header else ()
        return Answer(content_type=media_type, body=body, headers=(*VERSION, *digest))

    def _image(self, name: str, reference: str) -> Image:
        catalog = self._stock.catalog
        image = catalog.by_tag.get((name, reference)) or catalog.by_digest.get((name, reference))
        if image is None:
            raise not_found("manifest", f"{name}: {reference}")
        return image


def _accepts(header: str, media_type: str) -> bool:
    """Return whether an Accept header lets a media type through; weights are not looked at."""
    accepted = {part.partition(";")[0].strip() for part in header.split(",")}
    return bool(accepted & {media_type, "*/*", "application/*"})
