"""Answers of the gate and its audit records, put together."""

import json
from typing import Any

import pytest

from tests.jobs.demo.test_examples import POD, example
from webhook.errors import ScangateError
from webhook.jobs.demo.outcomes import Outcome, join, parse_answer

EXAMPLE = example(POD)


def answer(allowed: bool, uid: str = EXAMPLE.uid) -> bytes:
    """Write what the gate answers."""
    response = {"uid": uid, "allowed": allowed, "status": {"reason": "Forbidden", "message": "no"}}
    return json.dumps({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response}).encode()


def record(allowed: bool, reason: str, images: tuple[dict[str, Any], ...] = (), uid: str = EXAMPLE.uid) -> str:
    """Write a line of the audit log."""
    return json.dumps({"request": {"uid": uid}, "allowed": allowed, "reason": reason, "images": images, "more": 1})


def outcome(allowed: bool, reason: str, *images: dict[str, Any]) -> Outcome:
    """Return what came of the example."""
    answered = parse_answer(200, answer(allowed), EXAMPLE)
    return join([(EXAMPLE, answered)], [record(allowed, reason, images)])[0]


@pytest.mark.parametrize(
    ("allowed", "reason", "right"),
    [(False, "missing", True), (False, "unpinned", False), (True, "missing", False)],
)
def test_only_the_expected_decision_is_right(allowed: bool, reason: str, right: bool) -> None:
    """The right decision for the wrong reason is wrong, and so is the wrong decision for the right one."""
    assert outcome(allowed, reason).right is right


def test_a_record_that_disagrees_with_the_answer_is_wrong() -> None:
    """A gate that refuses and writes down that it admitted is not right."""
    answered = parse_answer(200, answer(False), EXAMPLE)

    assert not join([(EXAMPLE, answered)], [record(True, "missing")])[0].right


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, answer(True, "another")), (500, answer(True)), (400, b'{"kind": "Status"}'), (200, b"<html>")],
)
def test_anything_but_an_answer_is_an_error(status: int, body: bytes) -> None:
    """An answer about another review, with another status, or none at all is not taken for a decision."""
    with pytest.raises(ScangateError, match=r"pods/web\.yaml: the gate answered"):
        parse_answer(status, body, EXAMPLE)


@pytest.mark.parametrize("audit", [(), (record(False, "missing", uid="another"),), ("{}",), ("plain",)])
def test_a_decision_without_its_record_is_an_error(audit: tuple[str, ...]) -> None:
    """Each answer has its record; a log that has not, or that cannot be read, is told."""
    with pytest.raises(ScangateError, match="audit"):
        join([(EXAMPLE, parse_answer(200, answer(False), EXAMPLE))], audit)
