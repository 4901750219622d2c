"""The answer: what the API server gets, and what the person behind it reads."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.builders import PINNED, SCAN_ID, annotated_pod, counts, digest_of, pod, review, scan
from tests.core.hostile import INJECTIONS
from tests.fakes import FakeRegistry
from tests.situations import SITUATIONS, STRICT, Situation, registry_with, with_result
from webhook.core.evidence import Scan
from webhook.core.policy import Action, Mode, Rule
from webhook.core.reasons import REMEDIES, Exempt, Reason
from webhook.core.response import (
    MAX_REFUSALS,
    MAX_WARNING_CHARACTERS,
    MAX_WARNINGS,
    explain,
    render_review,
    render_status,
)
from webhook.core.review import parse_review
from webhook.core.workloads import BUILT_IN, Kind
from webhook.errors import LookupFailed, Unavailable

ADMITTED = {Reason.WITHIN_LIMITS, Reason.RESOLVED_TAG}


def answer(situation: Situation) -> Any:
    """Return the response to the situation's request."""
    document = render_review(situation.review(), situation.verdict())
    assert (document["apiVersion"], document["kind"]) == ("admission.k8s.io/v1", "AdmissionReview")
    return document["response"]


def many(number: int, rule: Rule = STRICT) -> Situation:
    """Return a pod with *number* images, none of which has a scan."""
    images = [f"cr.yandex/crp1/image@{digest_of(str(index))}" for index in range(number)]
    return Situation(pod(*images), FakeRegistry(), rule)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_answer_is_well_formed(reason: Reason) -> None:
    """The uid is echoed, nothing is patched, and a refusal has a code, a reason and a message."""
    situation = SITUATIONS[reason]
    response = answer(situation)
    assert response["uid"] == situation.review().request.uid
    assert not {"patch", "patchType"} & response.keys()
    assert response["allowed"] is (reason in ADMITTED)
    assert ("status" in response) is not response["allowed"]
    assert set(response["auditAnnotations"]) == {"decision", "mode", "reason"}
    json.dumps(response)


@pytest.mark.parametrize("reason", sorted(set(Reason) - ADMITTED))
def test_a_denial_says_everything(reason: Reason) -> None:
    """Where, which image, why, under which rule, and what to do; for a program as well as for a person."""
    status = answer(SITUATIONS[reason])["status"]
    for said in (str(reason), "rule default", REMEDIES[reason]):
        assert said in status["message"]
    assert reason in {cause["reason"] for cause in status["details"]["causes"]}
    assert status["details"]["kind"] == "Pod"
    assert status["status"] == "Failure"


def test_a_denial_over_limits_has_the_numbers() -> None:
    """Each count over its limit stands beside it, with the scan and its time."""
    situation = with_result(scan(counts=counts(critical=3, high=9, low=1)))
    message = answer(situation)["status"]["message"]
    assert message.startswith("1 of 1 images may not run:\n- container app: " + PINNED)
    assert f"3 critical (limit 0), 9 high (limit 0), 1 low (limit 0) in scan {SCAN_ID} of 2026-11-24T11:00" in message


@pytest.mark.parametrize(
    ("result", "code", "reason"),
    [
        (scan(counts=counts(high=1)), 403, "Forbidden"),
        (Unavailable("the registry answered 503: -"), 503, "ServiceUnavailable"),
    ],
)
def test_an_outage_is_told_from_a_refusal(result: Scan | LookupFailed, code: int, reason: str) -> None:
    """A client can tell by the code whether to change something or to wait."""
    status = answer(with_result(result))["status"]
    assert (status["code"], status["reason"]) == (code, reason)


def test_a_pod_template_is_pointed_into() -> None:
    """The field of a cause is a path in the object that was sent."""
    template = {"metadata": {"name": "web"}, "spec": {"template": pod("Not/An Image")}}
    sent = json.dumps(review(template, kind=Kind("apps", "Deployment"))).encode()
    parsed = parse_review(sent, BUILT_IN, {})
    response = render_review(parsed, SITUATIONS[Reason.INVALID_REFERENCE].verdict())["response"]
    [cause] = response["status"]["details"]["causes"]
    assert cause["field"] == "spec.template.spec.containers[0].image"


def test_a_long_list_is_cut() -> None:
    """Beyond ten refused images the message counts the rest; the record has them all."""
    status = answer(many(MAX_REFUSALS + 5))["status"]
    lines = status["message"].split("\n")
    assert lines[0] == "15 of 15 images may not run:"
    assert lines[-1] == "- and 5 more"
    assert len(lines) == MAX_REFUSALS + 2
    assert len(status["details"]["causes"]) == MAX_REFUSALS


def test_a_long_list_of_places_is_cut() -> None:
    """Five containers that share an image are named, and the rest counted."""
    finding = Situation(pod(*["Not/An Image"] * 9), FakeRegistry()).verdict().findings[0]
    assert "container app-4 and 4 more: " in explain(finding)


@pytest.mark.parametrize(
    ("mode", "allowed", "warns"), [(Mode.ENFORCE, False, False), (Mode.WARN, True, True), (Mode.AUDIT, True, False)]
)
def test_modes(mode: Mode, allowed: bool, warns: bool) -> None:
    """Enforcing refuses, warning warns, auditing says nothing; the audit annotations say it in each."""
    response = answer(with_result(scan(counts=counts(critical=1)), Rule(name="default", mode=mode)))
    assert response["allowed"] is allowed
    assert ("warnings" in response) is warns
    assert response["auditAnnotations"] == {"decision": "deny", "mode": mode.value, "reason": "over-limits"}


@pytest.mark.parametrize(("mode", "warns"), [(Mode.ENFORCE, True), (Mode.WARN, True), (Mode.AUDIT, False)])
def test_a_switch_set_to_warn(mode: Mode, warns: bool) -> None:
    """What is let pass with a warning is not refused, and silent only where the whole rule is."""
    response = answer(with_result(None, Rule(name="default", mode=mode, on_missing=Action.WARN)))
    assert response["allowed"] is True
    assert ("warnings" in response) is warns


def test_warnings_are_few_and_short() -> None:
    """An API server cuts long warnings and drops many: what matters comes first."""
    warnings = answer(many(30, Rule(name="default", mode=Mode.WARN)))["warnings"]
    assert len(warnings) == MAX_WARNINGS
    assert all(len(warning) <= MAX_WARNING_CHARACTERS for warning in warnings)
    assert warnings[0].startswith("scangate: container app: missing: ")


@pytest.mark.parametrize("exempt", list(Exempt))
def test_an_exempt_request_is_admitted(exempt: Exempt) -> None:
    """It is allowed with the reason in the audit annotations, and nothing else."""
    situation = SITUATIONS[Reason.MISSING]
    response = render_review(situation.review(), exempt)["response"]
    assert response == {
        "uid": situation.review().request.uid,
        "allowed": True,
        "auditAnnotations": {"decision": "allow", "reason": exempt.value},
    }


@pytest.mark.parametrize("text", INJECTIONS)
def test_nobody_writes_into_the_answer(text: str) -> None:
    """Whatever stands in image, annotation, container or object name: the message is printable ASCII."""
    hostile = annotated_pod(PINNED + text, text)
    hostile["spec"]["containers"].append({"name": text, "image": text})
    hostile["spec"]["x" + text] = {"image": text}
    sent = review(hostile, name=text, namespace=text)
    situation = Situation(hostile, registry_with(None), Rule(name="default", mode=Mode.WARN))
    parsed = situation.review()
    named = replace(parsed, request=replace(parsed.request, name=text, namespace=text))
    for rule in (STRICT, situation.rule):
        verdict = replace(situation, rule=rule).verdict()
        response = render_review(named, verdict)["response"]
        status = response.get("status", {"message": "", "details": {"causes": []}})
        shown = [*status["message"].split("\n"), *response.get("warnings", [])]
        shown += [value for cause in status["details"]["causes"] for value in cause.values()]
        assert all(line.isascii() and line.isprintable() for line in shown)
        assert len(status["message"].split("\n")) <= len(verdict.findings) + 1
    assert sent["request"]["name"] == text


def test_a_status_is_one_of_kubernetes() -> None:
    """What is no review is answered as an API server would, in printable ASCII."""
    assert render_status(400, "BadRequest", "line\nbreak") == {
        "apiVersion": "v1",
        "kind": "Status",
        "status": "Failure",
        "code": 400,
        "reason": "BadRequest",
        "message": "line\\u000abreak",
    }
