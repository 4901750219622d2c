"""Discovery: which service is found where. Here all of them are found where this one was asked."""

from webhook.emulator.answers import Message
from webhook.emulator.requests import Request
from webhook.emulator.routes import Route
from webhook.emulator.status import not_found

SERVICES = ("container-registry", "iam", "operation")


def routes() -> tuple[Route, ...]:
    """Return where the methods are found; they ask for no credentials."""
    return (
        Route(
            method="GET", pattern="/endpoints", handle=list_endpoints, parameters=frozenset({"pageSize", "pageToken"})
        ),
        Route(method="GET", pattern="/endpoints/<endpointId>", handle=get_endpoint),
    )


def list_endpoints(request: Request) -> Message:
    """Return every service's address (ApiEndpointService.List)."""
    return {"endpoints": [_endpoint(service, request) for service in SERVICES]}


def get_endpoint(request: Request) -> Message:
    """Return one service's address (ApiEndpointService.Get)."""
    service = request.id_argument("endpointId")
    if service not in SERVICES:
        raise not_found("Endpoint", service)
    return _endpoint(service, request)


def _endpoint(service: str, request: Request) -> Message:
    """Write an ApiEndpoint: its address has a port and no scheme."""
    port = "443" if request.origin.startswith("https:") else "80"
    has_port = ":" in request.host.rpartition("]")[2]
    return {"id": service, "address": request.host if has_port else f"{request.host}:{port}"}
