"""AdmissionReview v1 going out: what the API server and the person behind it get."""

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import PINNED, REPOSITORY, SCAN_ID, counts, digest_of, parsed, pod, review, scan
from tests.fakes import DEADLINE, FakeRegistry, gate
from tests.situations import SITUATIONS, TAGGED, Situation, registry_with, scanned_as
from webhook.core.policy import Rule
from webhook.core.reasons import REMEDIES, Exempt, Reason
from webhook.core.response import (
    MAX_REFUSALS,
    render_review,
    render_status,
)
from webhook.core.verdict import Verdict
from webhook.core.workloads import Kind


def answered(situation: Situation) -> dict[str, Any]:
    """Return the response to a pod."""
    response: dict[str, Any] = render_review(situation.review(), situation.verdict())["response"]
    return response


def many(number: int, **rule: Any) -> Situation:
    """Return a pod of many images, none of which has a scan."""
    images = (f"cr.yandex/{REPOSITORY}@{digest_of(str(one))}" for one in range(number))
    return Situation(pod(*images), FakeRegistry(), Rule(name="default", **rule))


def test_answer_is_a_review_of_the_same_uid() -> None:
    """Version, kind and uid are what an API server looks for first."""
    situation = scanned_as()
    answer = render_review(situation.review(), situation.verdict())

    assert answer == {
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "response": {
            "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
            "allowed": True,
            "auditAnnotations": {
                "decision": "allow",
                "mode": "enforce",
                "reason": "within-limits",
                "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
            },
        },
    }


@pytest.mark.parametrize("exempt", list(Exempt))
def test_request_without_an_image_is_allowed(exempt: Exempt) -> None:
    """The API server's own audit log says why nothing was judged."""
    answer = render_review(parsed(review(pod(PINNED), uid="u-1")), exempt)

    assert answer["response"] == {
        "uid": "u-1",
        "allowed": True,
        "auditAnnotations": {"decision": "allow", "reason": exempt.value, "uid": "u-1"},
    }


def test_denial_tells_the_person_refused_what_to_do() -> None:
    """Container, image, counts and limits, scan and time, rule and remedy stand in the message."""
    response = answered(scanned_as(counts=counts(critical=3, low=1)))

    assert response["allowed"] is False
    assert response["status"]["message"] == (
        "1 of 1 images may not run:\n"
        f"- container app: {PINNED}: over-limits: 3 critical (limit 0), 1 low (limit 0) in scan {SCAN_ID} of "
        "2026-11-24T11:00:00.000Z (rule default). Rebuild it on patched packages, push, and deploy the new digest."
    )


@pytest.mark.parametrize("reason", list(Reason))
def test_denial_for_each_reason(reason: Reason) -> None:
    """Each refusal names its reason, its remedy and its field, in lines of printable ASCII."""
    response = answered(SITUATIONS[reason])
    if response["allowed"]:
        assert "status" not in response
        return
    status = response["status"]

    assert (status["status"], response["auditAnnotations"]["decision"]) == ("Failure", "deny")
    assert REMEDIES[reason] in status["message"]
    assert reason in response["auditAnnotations"]["reason"].split(",")
    assert reason in {cause["reason"] for cause in status["details"]["causes"]}
    assert all(line.isascii() and line.isprintable() for line in status["message"].split("\n"))


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.UNAVAILABLE])
def test_refusal_is_forbidden(reason: Reason) -> None:
    """Whatever is wrong with an image, the request is forbidden."""
    response = answered(SITUATIONS[reason])

    assert response["allowed"] or (response["status"]["code"], response["status"]["reason"]) == (403, "Forbidden")


def test_registry_that_is_down_is_a_service_that_is_unavailable() -> None:
    """Clients can tell a bad day of the registry from a bad image."""
    status = answered(SITUATIONS[Reason.UNAVAILABLE])["status"]

    assert (status["code"], status["reason"]) == (503, "ServiceUnavailable")


def test_bad_image_stays_forbidden_on_a_bad_day() -> None:
    """Where one image is refused for what it is, trying again would not help."""
    situation = SITUATIONS[Reason.UNAVAILABLE]
    annotations = situation.pod["metadata"]["annotations"]

    status = answered(replace(situation, pod=pod(PINNED, TAGGED, annotations=annotations)))["status"]

    assert status["code"] == 403


def test_cause_names_the_field_of_the_object() -> None:
    """The path leads from the object that was sent, through its pod template, to the image."""
    cron_job = {"spec": {"jobTemplate": {"spec": {"template": pod(TAGGED)}}}}
    asked = parsed(review(cron_job, kind=Kind("batch", "CronJob"), name="nightly"))
    assert not isinstance(asked.task, Exempt)

    verdict = gate(FakeRegistry()).decide(asked.task.workload, asked.task.images, DEADLINE)
    details = render_review(asked, verdict)["response"]["status"]["details"]

    assert (details["kind"], details["name"]) == ("CronJob", "nightly")
    assert [cause["field"] for cause in details["causes"]] == [
        "spec.jobTemplate.spec.template.spec.containers[0].image"
    ]


@pytest.mark.parametrize("number", [1, MAX_REFUSALS, MAX_REFUSALS + 1, 100])
def test_long_denial_says_how_much_it_leaves_out(number: int) -> None:
    """Up to the bound each refused image has its line; the rest is counted."""
    status = answered(many(number))["status"]
    lines = status["message"].split("\n")

    assert lines[0] == f"{number} of {number} images may not run:"
    assert len(status["details"]["causes"]) == min(number, MAX_REFUSALS)
    assert (lines[-1] == f"- and {number - MAX_REFUSALS} more") == (number > MAX_REFUSALS)


def test_only_refused_images_stand_in_the_denial() -> None:
    """What is wrong is not drowned in what is not."""
    message = answered(Situation(pod(PINNED, TAGGED), registry_with(scan())))["status"]["message"]

    assert message.startswith("1 of 2 images may not run:")
    assert PINNED not in message


def test_status_of_a_call_that_got_no_review() -> None:
    """It is a Status as an API server writes it, with a printable message."""
    assert render_status(400, "BadRequest", "a\nb") == {
        "apiVersion": "v1",
        "kind": "Status",
        "status": "Failure",
        "code": 400,
        "reason": "BadRequest",
        "message": r"a\u000ab",
    }


def test_verdict_of_nothing_is_still_an_answer() -> None:
    """Should there ever be no finding, the request is refused with a well-formed answer."""
    response = render_review(parsed(review(pod(PINNED))), Verdict(()))["response"]

    assert response["allowed"] is False
