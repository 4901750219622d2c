"""The emulator behind HTTP."""

import pytest

from tests.emulator.serving import API, Served


def test_answers_look_like_the_gateways(registry: Served) -> None:
    """The headers that a live answer has."""
    headers = registry.get("/scans/cheapi").headers

    assert headers["server"] == "envoy"
    assert headers["date"] == "Tue, 24 Nov 2026 12:00:00 GMT"
    assert len(headers["x-request-id"]) == 36
    assert headers["x-server-trace-id"] == headers["x-request-id"].replace("-", "")
    assert headers["x-envoy-upstream-service-time"].isdecimal()
    assert "grpc-status" not in headers


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/nowhere"),
        ("GET", f"{API}/scans/a/b"),
        ("POST", f"{API}/scans/cheapi"),
        ("DELETE", f"{API}/images/crpapi"),
        ("PATCH", f"{API}/scanPolicies/x"),
        ("GET", f"{API}/scans/cheapi:unknown/"),
    ],
)
def test_where_no_service_is_there_is_an_empty_404(registry: Served, method: str, path: str) -> None:
    """As Envoy answers what it has no route for: no Status, no body."""
    reply = registry.ask(method, path)

    assert (reply.status, reply.body) == (404, b"")


def test_ids_are_taken_as_they_are(registry: Served) -> None:
    """Odd characters make an id unknown and do nothing else."""
    for scan_id in ("%2e%2e", "a%0d%0aSet-Cookie:x", "%C3%A9", "a:b"):
        reply = registry.get(f"/scans/{scan_id}")

        assert (reply.status, reply.json["code"]) == (404, 5)
        assert "Set-Cookie" not in reply.headers
