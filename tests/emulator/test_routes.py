"""Routes of every service."""

from tests.emulator.serving import NOW, Clock
from webhook.emulator.app import unknown
from webhook.emulator.emulator import Emulator
from webhook.emulator.routes import Route
from webhook.emulator.world_file import parse_world

ROUTES = Emulator(parse_world({}, now=NOW), now=Clock()).routes()

OPEN = {
    "/endpoints",
    "/endpoints/<endpointId>",
    "/iam/v1/tokens",
    "/iam/v1/tokens:revoke",
    "/computeMetadata/v1/instance/service-accounts/default/token",
    "/oauth/token",
    "/v2/token/",
}
"""Whoever asks here has no token yet, or proves who he is in another way."""


def test_no_two_routes_are_the_same() -> None:
    """Each method of each path leads to one place."""
    assert len({(route.method, route.pattern) for route in ROUTES}) == len(ROUTES)


def test_everything_else_asks_for_a_role() -> None:
    """A service that forgot to ask would let everybody in."""
    assert {route.pattern for route in ROUTES if route.roles is None and not route.control} == OPEN


def test_a_route_asks_for_nothing_unless_it_says_so() -> None:
    """The defaults: no roles, no parameters, the gateway's errors."""
    route = Route(method="GET", pattern="/", handle=unknown)

    assert (route.roles, route.parameters, route.control) == (None, frozenset(), False)
