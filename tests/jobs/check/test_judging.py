"""Objects put before a gate: what it would answer, and what is asked besides."""

import json
from typing import Any

from tests.builders import pod, review
from tests.jobs.check.samples import POD, SERVICE, examiner, registry, results
from webhook.adapters.manifests import read_manifests
from webhook.core.policy import Mode, Rule
from webhook.core.reasons import Exempt, Fault, Reason
from webhook.core.verdict import Verdict
from webhook.jobs.check.objects import objects_in

NO_CONTAINER = "{apiVersion: v1, kind: Pod, metadata: {name: odd}, spec: {containers: []}}"


def test_admitted() -> None:
    """What passes is admitted, and nobody asks what could be mended."""
    [result] = results(POD)
    assert (result.allowed, result.judged, result.name) == (True, True, "shop/Pod/web")
    assert isinstance(result.outcome, Verdict)
    assert result.fixes == {}


def test_denied() -> None:
    """What is over the limits is denied, and what could be mended is known."""
    [result] = results(POD, critical=2)
    assert not result.allowed
    assert [finding.reason for finding in result.findings] == [Reason.OVER_LIMITS]
    assert [one.id for one in result.fixes[0].vulnerabilities] == ["CVE-2026-2", "CVE-2026-1"]


def test_mode() -> None:
    """What a rule only records is admitted, and what could be mended is told all the same."""
    [result] = results(POD, Rule(name="default", mode=Mode.AUDIT), critical=2)
    assert result.allowed
    assert result.fixes


def test_nobody_asks() -> None:
    """Where nothing is to be shown of it, the list of vulnerabilities is not asked for."""
    known = registry(critical=2)
    [document] = read_manifests(POD.encode(), "x.yaml")
    [result] = [examiner(known, fixes=False).judged(one) for one in objects_in(document)]
    assert not result.allowed
    assert result.fixes == {}
    assert not any(call[0] == "vulnerabilities" for call in known.calls)


def test_object_without_images() -> None:
    """It is admitted, and not worth a line."""
    [result] = results(SERVICE)
    assert (result.allowed, result.judged, result.outcome, result.findings) == (True, False, Exempt.KIND, ())


def test_object_that_cannot_be_understood() -> None:
    """A gate would answer HTTP 400, and the failure policy refuses it."""
    [result] = results(NO_CONTAINER)
    assert (result.allowed, result.judged, result.outcome) == (False, True, Fault.INVALID_REVIEW)
    assert (result.message, result.name) == ("the pod names no container", "Pod/odd")


def test_review() -> None:
    """A review is answered even where no image is to be judged."""
    deletion: Any = review(pod("nginx"), operation="DELETE")
    [result] = results(json.dumps(deletion))
    assert (result.allowed, result.judged, result.outcome) == (True, True, Exempt.DELETION)
