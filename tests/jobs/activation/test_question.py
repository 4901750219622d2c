"""What is asked of the gate, and which answers an API server would take."""

import json
from typing import Any

import pytest

from tests.builders import parsed
from webhook.core.reasons import Exempt
from webhook.jobs.activation.question import UID, complaint, question


def test_question_is_a_review_of_a_deletion() -> None:
    """The gate admits it without a look at anything, and says whose question it answers."""
    review = parsed(json.loads(question()))
    assert review.task is Exempt.DELETION
    assert review.request.uid == UID


def answered(**response: Any) -> bytes:
    """Return an AdmissionReview with the right answer, in which some fields are others."""
    right = {"uid": UID, "allowed": True} | response
    return json.dumps({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": right}).encode()


def test_right_answer() -> None:
    """An AdmissionReview that allows this very request is what is waited for."""
    assert complaint(200, answered()) is None


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (503, b'{"message": "draining"}', "answered HTTP 503: draining"),
        (502, b"<html>", "answered HTTP 502"),
        (200, b"<html>", "the answer is no AdmissionReview"),
        (200, b"{}", "the answer is no AdmissionReview"),
        (200, answered(uid="another"), "the answer is to another question"),
        (200, answered(allowed=False), "it refuses a deletion"),
        (200, answered(allowed="true"), "the answer is no AdmissionReview"),
    ],
)
def test_anything_else_is_no_answer(status: int, body: bytes, said: str) -> None:
    """A proxy's page, another service, or a gate that is about to stop is told apart, in a few words."""
    assert said in str(complaint(status, body))
