"""The emulator's own endpoints."""

import json
from typing import Any

import pytest

from tests.emulator.serving import API, Reply, Served
from webhook.emulator.faults import Close, Hang, Latency


def control(registry: Served, method: str, path: str, body: Any = None) -> Reply:
    """Send a control request without credentials."""
    text = body if body is None or isinstance(body, str) else json.dumps(body)
    return registry.ask(method, f"/_emulator{path}", body=text, headers={"Authorization": ""})


def test_faults_are_put_added_shown_and_removed(registry: Served) -> None:
    """PUT replaces all, POST adds, DELETE removes one or all."""
    put = control(registry, "PUT", "/faults", [{"kind": "latency", "seconds": 0}]).json["faults"]
    added = control(registry, "POST", "/faults", "{kind: status, status: 503}").json["faults"]
    registry.get("/scans/cheapi")
    shown = control(registry, "GET", "/faults").json["faults"]

    assert [fault["kind"] for fault in put] == ["latency"]
    assert [fault["kind"] for fault in added] == ["latency", "status"]
    assert [(fault["seen"], fault["applied"]) for fault in shown] == [(1, 1), (1, 1)]
    control(registry, "DELETE", f"/faults/{shown[0]['number']}")
    assert [type(posted.fault).__name__ for posted in registry.emulator.faults.list()] == ["Status"]
    assert control(registry, "DELETE", "/faults").json == {"faults": []}
    assert registry.get("/scans/cheapi").status == 200


@pytest.mark.parametrize("number", ["99", "x", "-1"])
def test_a_fault_that_is_not_on_cannot_be_removed(registry: Served, number: str) -> None:
    """404."""
    assert control(registry, "DELETE", f"/faults/{number}").status == 404


@pytest.mark.parametrize("body", ["[{kind: explode}]", "[", "hang", '[{"kind": "hang", "kind": "close"}]'])
def test_wrong_faults_are_refused_and_the_old_ones_stay(registry: Served, body: str) -> None:
    """400, with the field in the message."""
    registry.emulator.faults.add(Latency(seconds=0))
    reply = control(registry, "PUT", "/faults", body)

    assert (reply.status, reply.json["message"].startswith("the body: ")) == (400, True)
    assert len(registry.emulator.faults.list()) == 1


def test_calls_are_shown_and_forgotten(registry: Served) -> None:
    """Counters, the order, and whose they were; control requests are not among them."""
    registry.get("/scans/cheapi")
    registry.get("/scans/cheapi", Authorization="")
    shown = control(registry, "GET", "/calls").json

    assert (shown["total"], shown["open"], shown["peak"]) == (2, 0, 1)
    assert shown["counts"] == {f"GET {API}/scans/cheapi": 2}
    assert shown["calls"][0] == {
        "method": "GET",
        "path": f"{API}/scans/cheapi",
        "account": "anybody",
        "at": "2026-11-24T12:00:00Z",
    }
    assert shown["calls"][1]["account"] is None
    assert control(registry, "DELETE", "/calls").json["total"] == 0


def test_the_world_can_be_replaced_and_shows_what_was_filled_in(registry: Served) -> None:
    """YAML or JSON; ages in it count back from the request."""
    world = """
    images:
      - {name: crp1/web, tags: [v1], platforms: [{platform: linux/arm64/v8, scans: [{id: che1, scannedAt: 2h ago}]}]}
    """
    shown = control(registry, "PUT", "/world", world).json["images"]

    assert shown == control(registry, "GET", "/world").json["images"]
    assert (shown[0]["name"], shown[0]["tags"], shown[0]["digest"][:7]) == ("crp1/web", ["v1"], "sha256:")
    assert shown[0]["platforms"][0]["platform"] == "linux/arm64/v8"
    assert shown[0]["platforms"][0]["scans"] == [{"id": "che1", "status": "READY"}]
    assert registry.get("/scans/che1").json["scannedAt"] == "2026-11-24T10:00:00Z"
    assert registry.get("/scans/cheapi").status == 404


def test_a_wrong_world_is_refused_and_the_old_one_stays(registry: Served) -> None:
    """400, with field and value in the message."""
    reply = control(registry, "PUT", "/world", "images: [{name: Shop}]")

    assert reply.status == 400
    assert "images[0].name" in reply.json["message"]
    assert registry.get("/scans/cheapi").status == 200


def test_faults_leave_control_alone(registry: Served) -> None:
    """Otherwise nobody could switch them off."""
    registry.emulator.faults.add(Hang(), Close())

    assert control(registry, "DELETE", "/faults").status == 200


def test_unknown_control_paths_and_parameters_are_refused(registry: Served) -> None:
    """A typing error does not pass in silence."""
    assert control(registry, "GET", "/fault").status == 404
    assert control(registry, "GET", "/faults?kind=hang").status == 400
