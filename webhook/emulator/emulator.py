"""The emulated registry: from a request to what is sent back. Start reading here."""

import hashlib
import itertools
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from webhook.emulator import endpoints
from webhook.emulator.access import Access, check_role
from webhook.emulator.answers import Answer, json_answer, oauth_refusal, oci_refusal, refusal
from webhook.emulator.calls import Call, Calls
from webhook.emulator.control import Control
from webhook.emulator.distribution import Distribution
from webhook.emulator.effects import Delivery, instead, on_transport, tampered, wait
from webhook.emulator.fault_board import FaultBoard, Strike
from webhook.emulator.faults import NotFoundAs400, Quirk
from webhook.emulator.identity import Identity
from webhook.emulator.images import Images
from webhook.emulator.requests import Request
from webhook.emulator.rewriting import rewritten
from webhook.emulator.routes import Dialect, Route
from webhook.emulator.scanner import Scanner
from webhook.emulator.status import Code, RefusedError
from webhook.emulator.stock import Stock
from webhook.emulator.tokens import Mint
from webhook.emulator.world import Scan, World


class Emulator:
    """The registry's services over one world. Threads may use it, switch its faults and change its world."""

    def __init__(self, world: World, *, now: Callable[[], datetime], seed: str = "emulator") -> None:
        """Begin with *world* and its faults.

        *now* is the only clock, and must tell times in UTC. *seed* decides everything that looks random:
        tokens, request ids, and which requests a fault with a probability strikes.
        """
        self.now = now
        self.faults = FaultBoard(seed)
        self.calls = Calls()
        self._seed = seed
        self._requests = itertools.count()
        self._stock = Stock(world, now)
        self._mint = Mint(seed)
        self._access = Access(self._stock, self._mint)
        self.faults.add(*world.faults)

    @property
    def world(self) -> World:
        """The world as it is now, with the scans that were added to it."""
        return self._stock.catalog.world

    @world.setter
    def world(self, world: World) -> None:
        """Put another world in its place. Its faults take the place of those that are on."""
        self._replace(world)

    def add_scan(self, scan: Scan) -> None:
        """Add a scan to the image that it names.

        Raises:
            KeyError: there is no such image.
        """
        self._stock.add_scan(scan)

    def routes(self) -> tuple[Route, ...]:
        """Return the methods of every service."""
        control = Control(faults=self.faults, calls=self.calls, world=lambda: self.world, replace=self._replace)
        return (
            *Scanner(self._stock).routes(),
            *Images(self._stock).routes(),
            *Distribution(self._stock, self._mint).routes(),
            *Identity(self._stock, self._access, self._mint).routes(),
            *endpoints.routes(),
            *control.routes(),
        )

    def next_request_id(self) -> str:
        """Return the id of a request: a UUID that follows from the seed."""
        name = f"{self._seed} request {next(self._requests)}".encode()
        return str(uuid.UUID(bytes=hashlib.sha256(name).digest()[:16], version=4))

    def answer(self, route: Route, request: Request) -> Delivery:
        """Return what *request*, which *route* leads to its service, is answered."""
        if route.control:
            return Delivery(answer=self._reply(route, request, ()))
        account = self._access.account(request.headers, pulling=route.dialect is Dialect.DISTRIBUTION)
        call = Call(method=request.method, path=request.path, account=account.id if account else None, at=request.at)
        with self.calls.noted(call):
            strikes = self.faults.take(request.method, request.path)
            wait(strikes)
            quirks = tuple(strike.fault for strike in strikes if isinstance(strike.fault, Quirk))
            reply = self._reply(route, replace(request, account=account, quirks=quirks), strikes)
        return Delivery(answer=reply, strikes=on_transport(strikes))

    def _replace(self, world: World) -> None:
        self._stock.replace(world)
        self.faults.replace(world.faults)

    def _reply(self, route: Route, request: Request, strikes: tuple[Strike, ...]) -> Answer:
        try:
            replaced = instead(strikes, request)
            if replaced is not None:
                return replaced
            self._check(route, request)
            reply = route.handle(request)
        except RefusedError as error:
            return _refused(error, route, request)
        return tampered(strikes, reply) if isinstance(reply, Answer) else json_answer(rewritten(reply, strikes))

    def _check(self, route: Route, request: Request) -> None:
        """Refuse parameters that the method does not have, and accounts that may not use it."""
        strict = self.world.behaviour.unknown_parameters_refused
        unknown = sorted(request.query.keys() - route.parameters) if strict and route.parameters is not None else []
        if unknown:
            raise RefusedError(Code.INVALID_ARGUMENT, f'Could not find field "{unknown[0]}" in the request.')
        if route.roles is not None:
            check_role(request.account, route.roles)


def _refused(error: RefusedError, route: Route, request: Request) -> Answer:
    """Write a refusal as the service of *route* does."""
    match route.dialect:
        case Dialect.GATEWAY:
            quirky = error.code is Code.NOT_FOUND and request.has(NotFoundAs400)
            said = RefusedError(Code.INVALID_ARGUMENT, error.message) if quirky else error
            return refusal(said, request.id)
        case Dialect.DISTRIBUTION:
            return oci_refusal(error, f'Bearer realm="{request.origin}/v2/token/",service="{request.host}"')
        case Dialect.OAUTH:
            return oauth_refusal(error)
        case _ as never:
            assert_never(never)
