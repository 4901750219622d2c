"""docs/audit-record.schema.json: it describes every record, and nothing that is none."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from tests.builders import (
    DIGEST,
    IMAGE_ID,
    NOW,
    PINNED,
    REPOSITORY,
    digest_of,
    parsed,
    pod,
    registry_image,
    review,
    scan,
)
from tests.fakes import FakeRegistry
from tests.situations import SITUATIONS, Situation
from webhook.core.evidence import SEVERITIES
from webhook.core.lookup import Source
from webhook.core.policy import Action, Mode
from webhook.core.reasons import Exempt, Fault, Reason
from webhook.core.records import render_line, render_record
from webhook.core.review import Operation

FILE = Path(__file__).parents[2] / "docs" / "audit-record.schema.json"

INDEX = Situation(
    pod(PINNED),
    FakeRegistry(
        listed={
            (REPOSITORY, DIGEST): registry_image(id="crpindex"),
            (REPOSITORY, digest_of("child")): registry_image(digest=digest_of("child")),
        },
        newest={IMAGE_ID: scan()},
        indexes={DIGEST: (("linux/amd64", digest_of("child")),)},
    ),
)


@cache
def schema() -> dict[str, Any]:
    """Return the schema."""
    document: dict[str, Any] = msgspec.json.decode(FILE.read_bytes())
    return document


def problems(record: Any) -> list[str]:
    """Return what the schema has against a record, as it stands in the log."""
    written = msgspec.json.decode(render_line(record))
    return [error.message for error in Draft202012Validator(schema()).iter_errors(written)]


def record_of(situation: Situation) -> dict[str, Any]:
    """Return the record of the decision about a pod."""
    return render_record(situation.review(), situation.verdict(), at=NOW, seconds=0.01)


def test_schema_is_one() -> None:
    """It is a JSON Schema of the draft that it names."""
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("reason", list(Reason))
def test_record_of_each_reason_fits(reason: Reason, mode: Mode) -> None:
    """Whatever the reason and the mode, the schema describes the record."""
    situation = SITUATIONS[reason]

    assert problems(record_of(replace(situation, rule=replace(situation.rule, mode=mode)))) == []


def test_record_of_an_index_fits() -> None:
    """Platforms with their scans are described too."""
    record = record_of(INDEX)

    assert record["images"][0]["platforms"]
    assert problems(record) == []


@pytest.mark.parametrize("operation", list(Operation))
@pytest.mark.parametrize("exempt", list(Exempt))
def test_record_without_images_fits(exempt: Exempt, operation: Operation) -> None:
    """So are requests that bring no image."""
    asked = parsed(review(pod(PINNED), old=pod(PINNED), operation=operation))

    assert problems(render_record(asked, exempt, at=NOW, seconds=0.0)) == []


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("known", [True, False])
def test_record_without_a_verdict_fits(fault: Fault, known: bool) -> None:
    """And so are faults, before and after the request was read."""
    asked = parsed(review(pod(PINNED))) if known else None

    assert problems(render_record(asked, fault, at=NOW, seconds=0.0, message="é\n")) == []


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("imageReason", Reason),
        ("exemptReason", Exempt),
        ("faultReason", Fault),
        ("action", Action),
        ("mode", Mode),
        ("source", Source),
    ],
)
def test_lists_are_those_of_the_code(name: str, values: Any) -> None:
    """No value is missing, and none is described that never comes."""
    assert sorted(schema()["$defs"][name]["enum"]) == sorted(values)


def test_operations_decisions_and_severities_are_those_of_the_code() -> None:
    """The lists that stand within other definitions are complete as well."""
    definitions = schema()["$defs"]

    assert sorted(definitions["request"]["properties"]["operation"]["enum"]) == sorted(Operation)
    assert sorted(schema()["properties"]["decision"]["enum"]) == sorted([*Action, "error"])
    for name in ("counts", "limits"):
        assert definitions[name]["required"] == list(SEVERITIES)


def objects(node: Any) -> Iterator[dict[str, Any]]:
    """Give every description of an object in the schema."""
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from objects(child)


def test_every_field_is_described_and_required_and_no_other_is_allowed() -> None:
    """The record is a closed contract."""
    for described in objects(schema()):
        assert described["additionalProperties"] is False
        assert described["required"] == list(described["properties"])
        assert all(field["description"].endswith(".") for field in described["properties"].values())


def paths(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the way to every field of a record."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        if isinstance(key, str):
            yield (*path, key)
        yield from paths(value, (*path, key))


def holder(record: Any, path: tuple[Any, ...]) -> Any:
    """Return what holds the field at *path*."""
    for key in path[:-1]:
        record = record[key]
    return record


def test_record_that_lacks_a_field_or_has_another_is_none() -> None:
    """Each field is needed, one more in any place is too many, and a value of another type is refused."""
    whole = record_of(INDEX)
    for path in paths(whole):
        lacking, odd, more = copy.deepcopy(whole), copy.deepcopy(whole), copy.deepcopy(whole)
        del holder(lacking, path)[path[-1]]
        holder(odd, path)[path[-1]] = {"odd": 1}
        holder(more, path)["odd"] = 1
        assert problems(lacking), path
        assert problems(odd), path
        assert problems(more), path


@pytest.mark.parametrize(
    "changes",
    [
        {"decision": "error"},
        {"decision": "deny", "allowed": True, "reason": "deletion"},
        {"allowed": False},
        {"mode": None},
        {"images": []},
        {"request": None},
        {"reason": "no-new-image"},
        {"reason": "overloaded"},
        {"reason": "because"},
    ],
)
def test_record_that_contradicts_itself_is_none(changes: dict[str, Any]) -> None:
    """Decision, admission, mode, images and reason belong together."""
    assert problems(record_of(SITUATIONS[Reason.WITHIN_LIMITS]) | changes)
