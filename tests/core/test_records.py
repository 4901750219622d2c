"""Audit records: what is kept of each decision."""

import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from tests.builders import (
    DIGEST,
    IMAGE_ID,
    NOW,
    PINNED,
    REPOSITORY,
    SCAN_ID,
    digest_of,
    parsed,
    pod,
    registry_image,
    review,
    scan,
)
from tests.core.record import RECORD
from tests.fakes import DEADLINE, FakeRegistry, gate
from tests.situations import SITUATIONS, Situation, scanned_as
from webhook.core.policy import Limits, Mode, Rule, RuleAction
from webhook.core.reasons import Exempt, Fault, Reason
from webhook.core.records import MAX_CONTAINERS, MAX_TEXT, render_indented, render_line, render_record
from webhook.core.review import Task, parse_review
from webhook.core.workloads import BUILT_IN

FIELDS = {"time", "request", "decision", "allowed", "mode", "reason", "images", "message", "latencySeconds"}


def record_of(situation: Situation) -> dict[str, Any]:
    """Return the record of the decision about a pod, as it is read."""
    record = render_record(situation.review(), situation.verdict(), at=NOW, seconds=0.0012345678)
    read = msgspec.json.decode(render_line(record))
    assert isinstance(read, dict)
    return read


def image_record(situation: Situation) -> dict[str, Any]:
    """Return what a record says about the only image of a pod."""
    (only,) = record_of(situation)["images"]
    assert isinstance(only, dict)
    return only


def test_record_of_a_verdict() -> None:
    """Who, what, when and why, and for the image all that the decision was made of."""
    situation = replace(scanned_as(), rule=Rule(name="prod", mode=Mode.WARN, limits=Limits(low=5, high="unlimited")))

    assert record_of(situation) == RECORD


@pytest.mark.parametrize("exempt", list(Exempt))
def test_record_of_a_request_without_images(exempt: Exempt) -> None:
    """It is admitted, and the record says why nothing was judged."""
    record = render_record(parsed(review(pod(PINNED))), exempt, at=NOW, seconds=0.0)

    assert {key: record[key] for key in FIELDS - {"time", "request", "latencySeconds"}} == {
        "decision": "allow",
        "allowed": True,
        "mode": None,
        "reason": exempt.value,
        "images": [],
        "message": "",
    }


@pytest.mark.parametrize("fault", list(Fault))
def test_record_of_a_request_without_a_verdict(fault: Fault) -> None:
    """There is a record even where nothing could be read, and it says what went wrong."""
    record = render_record(None, fault, at=NOW, seconds=0.0, message="line\nbreak")

    assert {key: record[key] for key in FIELDS - {"time", "latencySeconds"}} == {
        "request": None,
        "decision": "error",
        "allowed": False,
        "mode": None,
        "reason": fault.value,
        "images": [],
        "message": r"line\u000abreak",
    }


@pytest.mark.parametrize("reason", list(Reason))
def test_record_for_each_reason(reason: Reason) -> None:
    """The image's reason stands with the image, and the deciding one with the decision."""
    record, verdict = record_of(SITUATIONS[reason]), SITUATIONS[reason].verdict()

    assert reason.value in {one["reason"] for one in record["images"]}
    assert (record["decision"], record["allowed"]) == (verdict.action, verdict.allowed)
    assert record["reason"] in {one["reason"] for one in record["images"] if one["decision"] == record["decision"]}


def test_record_without_a_scan_has_nothing_of_one() -> None:
    """What is not known is null, not left out."""
    found = image_record(SITUATIONS[Reason.UNPINNED])

    unknown = ["digest", "scanResultId", "source", "imageId", "status", "scannedAt", "counts"]
    assert {key: found[key] for key in unknown} == dict.fromkeys(unknown)
    assert (found["cached"], found["platforms"]) == (False, [])


def test_record_of_a_scan_that_was_not_usable_shows_it() -> None:
    """A running scan, or one of another image, stands in the record as far as the scanner gave it."""
    running = image_record(SITUATIONS[Reason.UNFINISHED])
    forged = image_record(SITUATIONS[Reason.MISMATCHED])

    assert (running["status"], running["scannedAt"], running["counts"]) == ("RUNNING", None, None)
    assert (running["scanResultId"], running["imageId"], running["digest"]) == (SCAN_ID, IMAGE_ID, DIGEST)
    assert (forged["scanResultId"], forged["imageId"], forged["source"]) == (SCAN_ID, IMAGE_ID, "annotation")


def test_record_of_a_resolved_tag_has_the_digest_that_was_judged() -> None:
    """The tag stands in the reference, and what it named at the time beside it."""
    assert image_record(SITUATIONS[Reason.RESOLVED_TAG])["digest"] == DIGEST


def test_reports_have_many_lines() -> None:
    """And no end of the last one."""
    assert render_indented({"a": [1]}) == '{\n  "a": [\n    1\n  ]\n}'


def test_record_of_a_remembered_scan_says_so() -> None:
    """Whether the registry was asked can be told from the record."""
    assert image_record(scanned_as(cached=True))["cached"] is True


@pytest.mark.parametrize("text", ["web", "é", "\x7f"])
def test_record_of_what_is_plain_has_any_text(text: str) -> None:
    """Images that simply pass are written once for many records; that changes nothing, whatever they are called."""
    one = pod(PINNED)
    one["spec"]["containers"][0]["name"] = text
    asked = parse_review(json.dumps(review(one, name=text)).encode(), BUILT_IN, {})
    assert isinstance(asked.task, Task)
    allowing = gate(FakeRegistry(), Rule(name="r", action=RuleAction.ALLOW))
    verdict = allowing.decide(asked.task.workload, asked.task.images, DEADLINE)

    line = render_line(render_record(asked, verdict, at=NOW, seconds=0.0))

    read = json.loads(line)
    assert verdict.plain
    assert (read["request"]["name"], read["images"][0]["containers"]) == (text, [text])
    assert line.isascii()
    assert b"\x7f" not in line


def test_record_of_an_index_has_a_scan_for_each_platform() -> None:
    """The index itself has none."""
    child = digest_of("child")
    registry = FakeRegistry(
        listed={(REPOSITORY, DIGEST): registry_image(id="crpindex"), (REPOSITORY, child): registry_image(digest=child)},
        newest={IMAGE_ID: scan()},
        indexes={DIGEST: (("linux/amd64", child), ("linux/arm64", digest_of("arm")))},
    )

    found = image_record(Situation(pod(PINNED), registry))

    assert (found["digest"], found["scanResultId"], found["counts"]) == (DIGEST, None, None)
    assert [(one["platform"], one["digest"], one["scanResultId"]) for one in found["platforms"]] == [
        ("linux/amd64", child, SCAN_ID)
    ]


def test_record_is_bounded_however_large_the_pod_is() -> None:
    """Thousands of containers and endless names leave a line that a log can take."""
    thousands = pod(*[PINNED] * 5000) | {"metadata": {"annotations": {}}}
    long = review(thousands, name="n" * 9999, namespace="s" * 9999, userInfo={"username": "u" * 9999})
    asked = parsed(long)
    assert not isinstance(asked.task, Exempt)

    verdict = gate(FakeRegistry()).decide(asked.task.workload, asked.task.images, DEADLINE)
    record = render_record(asked, verdict, at=NOW, seconds=0.0)

    assert len(record["images"][0]["containers"]) == MAX_CONTAINERS
    assert [len(record["request"][key]) for key in ("name", "namespace", "user")] == [MAX_TEXT] * 3
    assert len(render_line(record)) < 10_000


@pytest.mark.parametrize("text", ["plain", "é\n\u2028", "\x7f\x1b", "😀", '"\\'])
def test_line_says_what_the_record_says(text: str) -> None:
    """Escapes change how a text is written, not what it is."""
    line = render_line({"a": text, "b": [1, None, True, 0.5]})

    assert line.endswith(b"\n")
    assert set(line[:-1]) <= set(range(0x20, 0x7F))
    assert msgspec.json.decode(line) == {"a": text, "b": [1, None, True, 0.5]}
