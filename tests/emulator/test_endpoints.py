"""Discovery."""

from tests.emulator.serving import NOW, Served
from webhook.emulator.endpoints import SERVICES, get_endpoint, list_endpoints
from webhook.emulator.requests import Request


def test_every_service_is_found_where_the_emulator_is(registry: Served) -> None:
    """One host and port acts as all services, and nobody is asked for credentials."""
    reply = registry.ask("GET", "/endpoints", headers={"Authorization": ""})
    address = registry.url.removeprefix("http://")

    assert reply.json == {"endpoints": [{"id": service, "address": address} for service in SERVICES]}
    assert registry.ask("GET", "/endpoints/iam").json == {"id": "iam", "address": address}
    assert registry.ask("GET", "/endpoints/none").status == 404


def test_an_address_always_has_a_port() -> None:
    """The port that the scheme implies is written out."""
    for origin, address in (
        ("https://api.x", "api.x:443"),
        ("http://[::1]", "[::1]:80"),
        ("http://[::1]:5", "[::1]:5"),
    ):
        asked = Request(method="GET", path="/endpoints", at=NOW, id="i", origin=origin, arguments={"endpointId": "iam"})

        assert get_endpoint(asked)["address"] == address
        assert len(list_endpoints(asked)["endpoints"]) == len(SERVICES)
