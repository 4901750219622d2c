"""The audit record: its schema, and that nobody writes into it but the gate."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.builders import DIGEST, NOW, PINNED, annotated_pod, digest_of, images_in, pod, review, scan, scanned
from tests.core.hostile import INJECTIONS
from tests.fakes import FakeRegistry
from tests.situations import SITUATIONS, STRICT, TAGGED, Situation
from webhook.core.evidence import Child, Indexed
from webhook.core.reasons import Exempt, Fault, Reason
from webhook.core.records import MAX_CONTAINERS, render_line, render_record
from webhook.core.review import Operation, Request
from webhook.core.verdict import Verdict, judge

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "audit-record.schema.json").read_text())


def record(request: Request | None, outcome: Verdict | Exempt | Fault, message: str = "") -> Any:
    """Return a record as whoever reads the log gets it, which must satisfy the schema."""
    line = render_line(render_record(request, outcome, at=NOW, seconds=0.0123456789, message=message))
    assert line.endswith(b"\n")
    assert line.isascii()
    assert line[:-1].decode().isprintable()
    document = json.loads(line)
    Draft202012Validator(SCHEMA).validate(document)
    return document


def of(situation: Situation) -> Any:
    """Return the record of a situation."""
    return record(situation.review().request, situation.verdict())


def test_the_schema_is_one() -> None:
    """It is a valid JSON Schema, and closed: nothing appears in a record that it does not describe."""
    Draft202012Validator.check_schema(SCHEMA)
    closed = [SCHEMA, *(node for node in SCHEMA["$defs"].values() if node.get("type") == "object")]
    assert all(node["additionalProperties"] is False for node in closed)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_verdict_has_its_record(reason: Reason) -> None:
    """Whatever the reason, the record satisfies the schema and names it."""
    document = of(SITUATIONS[reason])
    assert reason in {image["reason"] for image in document["images"]}
    assert document["time"] == "2026-11-24T12:00:00.000Z"
    assert document["latencySeconds"] == 0.012346


@pytest.mark.parametrize("exempt", list(Exempt))
def test_what_is_not_judged_has_a_record_too(exempt: Exempt) -> None:
    """It was allowed, and no image was looked at."""
    document = record(SITUATIONS[Reason.MISSING].review().request, exempt)
    assert (document["decision"], document["allowed"], document["reason"]) == ("allow", True, exempt.value)
    assert (document["mode"], document["images"]) == (None, [])


@pytest.mark.parametrize("fault", list(Fault))
def test_what_got_no_verdict_has_a_record_too(fault: Fault) -> None:
    """It was not allowed, and the message says what went wrong."""
    document = record(None, fault, message="it broke")
    assert (document["decision"], document["allowed"], document["reason"]) == ("error", False, fault.value)
    assert (document["request"], document["message"]) == (None, "it broke")


def test_a_scan_is_recorded_in_full() -> None:
    """What was decided can be decided again from the record alone."""
    [image] = of(SITUATIONS[Reason.OVER_LIMITS])["images"]
    assert image["digest"] == DIGEST
    assert (image["source"], image["status"], image["scannedAt"]) == ("annotation", "READY", "2026-11-24T11:00:00.000Z")
    assert (image["counts"]["critical"], image["limits"]["critical"]) == (3, 0)
    assert (image["containers"], image["rule"], image["cached"]) == (["app"], "default", False)


def test_the_digest_of_a_tag_is_recorded() -> None:
    """Where a tag was resolved the record has what it named then."""
    [image] = of(SITUATIONS[Reason.RESOLVED_TAG])["images"]
    assert (image["reference"], image["digest"]) == (TAGGED, DIGEST)


def test_an_index_is_recorded_by_platform() -> None:
    """Each platform has the facts of its own scan; the index itself has none."""
    [image] = images_in(review(pod(PINNED)))
    index = Indexed(digest=DIGEST, children=(Child("linux/amd64", digest_of("child"), scanned()),))
    verdict = Verdict((judge(image, index, STRICT, now=NOW),))
    [found] = record(SITUATIONS[Reason.MISSING].review().request, verdict)["images"]
    assert (found["digest"], found["scanResultId"]) == (DIGEST, None)
    assert [(platform["platform"], platform["scanResultId"]) for platform in found["platforms"]] == [
        ("linux/amd64", scan().id)
    ]


def test_many_containers_are_cut() -> None:
    """Of thousands of containers that share an image the first fifty are listed."""
    [image] = of(Situation(pod(*["nginx"] * 200), FakeRegistry()))["images"]
    assert len(image["containers"]) == MAX_CONTAINERS


@pytest.mark.parametrize("text", INJECTIONS)
def test_nobody_writes_into_the_log(text: str) -> None:
    """Whatever stands in image, annotation, container, or in the request: one line, whose fields are as they were."""
    situation = Situation(annotated_pod(PINNED + text, text), FakeRegistry())
    request = Request(
        uid="u",
        operation=Operation.CREATE,
        kind=replace(situation.review().request.kind, name=text),
        version=text,
        subresource=text,
        namespace=text,
        name=text,
        user=text,
        dry_run=False,
    )
    document = record(request, situation.verdict(), message=text)
    assert document["decision"] == "deny"
    assert document["request"]["user"] == (text if len(text) <= 512 else text[:509] + "...")


@pytest.mark.parametrize("text", ["\ud800", "\x7f", "\u2028", "é"])
def test_any_text_fits_into_a_line(text: str) -> None:
    """Half characters, delete and line separators come back as they went in, and the line stays ASCII."""
    line = render_line({"text": text})
    assert line.isascii()
    assert line[:-1].decode().isprintable()
    assert json.loads(line) == {"text": text}
