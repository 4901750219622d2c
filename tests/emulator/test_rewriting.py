"""Faults that rewrite a right answer."""

from typing import Any

import pytest

from tests.emulator.serving import API, Served, one_image, served
from webhook.emulator.faults import (
    Fault,
    Flip,
    NotFoundAs400,
    Replace,
    VulnerabilitiesAbsent,
    VulnerabilitiesEmpty,
    ZerosPrinted,
)

ALL = {"critical": "2", "high": "0", "medium": "0", "low": "5", "negligible": "0", "undefined": "0"}


@pytest.mark.parametrize(
    ("fault", "counters"),
    [(ZerosPrinted(), ALL), (VulnerabilitiesAbsent(), None), (VulnerabilitiesEmpty(), {})],
)
def test_counters_are_printed_in_another_form(registry: Served, fault: Fault, counters: Any) -> None:
    """Wherever a scan is answered: alone, in a list, or in an operation."""
    registry.emulator.faults.add(fault)
    started = registry.ask("POST", f"{API}/scans", body='{"imageId": "crpapi"}').json
    registry.clock.advance(24)
    operation = registry.ask("GET", f"/operations/{started['id']}").json
    listed = registry.get("/scans?imageId=crpapi").json["scanResults"]

    for scan in (registry.get("/scans/cheapi").json, listed[0], operation["response"]):
        assert scan.get("vulnerabilities") == counters
    assert "vulnerabilities" not in started


def test_scans_that_are_not_finished_have_no_counters() -> None:
    """Also not where zeros are printed."""
    with served(one_image(scans=[{"id": "che1", "status": "RUNNING"}])) as registry:
        registry.emulator.faults.add(ZerosPrinted(), VulnerabilitiesEmpty())

        assert "vulnerabilities" not in registry.get("/scans/che1").json


@pytest.mark.parametrize(
    ("field", "path", "truth"), [("imageId", "/scans/cheapi", "crpapi"), ("id", "/images/crpapi", "crpapi")]
)
def test_answers_can_flip(registry: Served, field: Any, path: str, truth: str) -> None:
    """The truth, then each given value, then the truth again."""
    registry.emulator.faults.add(Flip(values=("crp2", "crp3"), field=field))

    assert [registry.get(path).json[field] for _ in range(4)] == [truth, "crp2", "crp3", truth]


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("status", "QUEUED", {"status": "QUEUED"}),
        ("status", None, {"status": None}),
        ("status", 2, {"status": 2}),
        ("scannedAt", None, {"scannedAt": None}),
        ("vulnerabilities.critical", "１", {"vulnerabilities": {"critical": "１", "low": "5"}}),
        ("vulnerabilities.critical", None, {"vulnerabilities": {"low": "5"}}),
        ("vulnerabilities", [], {"vulnerabilities": []}),
        ("new.inner", True, {"new": {"inner": True}}),
        ("status.inner", 1, {"status": {"inner": 1}}),
    ],
)
def test_any_field_can_be_replaced(registry: Served, field: str, value: Any, expected: dict[str, Any]) -> None:
    """By any JSON value; null removes it."""
    registry.emulator.faults.add(Replace(field=field, value=value))
    answer = registry.get("/scans/cheapi").json

    for name, one in expected.items():
        assert answer.get(name) == one
    assert answer["id"] == "cheapi"


def test_what_is_not_found_may_come_as_400(registry: Served) -> None:
    """With the same words; what is found, or otherwise refused, is left alone."""
    registry.emulator.faults.add(NotFoundAs400())
    missing = registry.get("/scans/none")

    assert (missing.status, missing.json["code"], missing.json["message"]) == (400, 3, "Scan result none not found")
    assert registry.get("/scans/cheapi").status == 200
    assert registry.get("/scans/cheapi", Authorization="").status == 401
