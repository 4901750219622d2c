"""What a decision and a call add to the metrics, and that no stranger chooses a label."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, image, parsed, pod, review, scanned
from webhook.core.counting import CODES, METHODS, OTHER, call_name, code_name, counts, decision_of, faults
from webhook.core.evidence import Unusable
from webhook.core.judging import judge
from webhook.core.metrics import FINDINGS, REQUESTS
from webhook.core.policy import Mode, Rule, Ruling
from webhook.core.reasons import Exempt, Fault, Reason
from webhook.core.records import render_record
from webhook.core.verdict import Verdict
from webhook.core.workloads import BUILT_IN, Kind

GOOD = judge(image(), scanned(), Ruling(Rule(name="strict")), now=NOW)
LOST = judge(image(), Unusable(gap=Reason.MISSING, detail="none"), Ruling(Rule(name="lax", mode=Mode.AUDIT)), now=NOW)
OUTCOMES = [Verdict((GOOD,)), Verdict((GOOD, LOST, LOST)), *Exempt, *Fault]


def test_a_verdict_counts_once_as_a_request_and_once_for_each_image() -> None:
    """With rule, mode and reason of each."""
    request = parsed(review(pod("a"))).request

    assert list(counts(request, Verdict((GOOD, LOST, LOST)), "deny", BUILT_IN)) == [
        (REQUESTS, ("deny", "missing", "enforce", "Pod"), 1),
        (FINDINGS, ("strict", "enforce", "within-limits", "allow"), 1),
        (FINDINGS, ("lax", "audit", "missing", "deny"), 2),
    ]


@pytest.mark.parametrize("outcome", OUTCOMES, ids=str)
def test_metrics_and_record_say_the_same(outcome: Any) -> None:
    """Both are renderings of one outcome."""
    record = render_record(None, outcome, at=NOW, seconds=0.0)
    (labels,) = [
        labels for family, labels, _ in counts(None, outcome, decision_of(outcome), BUILT_IN) if family is REQUESTS
    ]

    assert labels == (record["decision"], record["reason"], record["mode"] or "none", OTHER)
    assert decision_of(outcome) == record["decision"]


@given(st.text(), st.text())
def test_a_kind_that_is_not_known_is_no_label(group: str, name: str) -> None:
    """Whatever a stranger calls the kind of an object, it is one of those that are judged, or other."""
    asked = review(pod("a"), kind=Kind(group, name))
    labels = [labels[-1] for _, labels, _ in counts(parsed(asked).request, Exempt.KIND, "allow", BUILT_IN)]

    assert set(labels) <= {*map(str, BUILT_IN), OTHER}


def test_faults_are_there_before_they_happen() -> None:
    """One for each fault and kind: what appears with its first failure shows no increase."""
    known = set(faults(BUILT_IN))
    later = {(family, labels, 0) for fault in Fault for family, labels, _ in counts(None, fault, "error", BUILT_IN)}

    assert len(known) == len(Fault) * (len(BUILT_IN) + 1)
    assert later <= known


BASE = "https://registry.example/container-registry/v1"


@pytest.mark.parametrize(
    ("method", "url", "name"),
    [
        ("GET", f"{BASE}/scans/che1", "Scanner.Get"),
        ("GET", f"{BASE}/scans/che1:listVulnerabilities?pageSize=1", "Scanner.ListVulnerabilities"),
        ("GET", f"{BASE}/scans?imageId=crp1", "Scanner.List"),
        ("POST", f"{BASE}/scans", "Scanner.Scan"),
        ("GET", f"{BASE}/images/crp1:lastScanResult", "Scanner.GetLast"),
        ("GET", f"{BASE}/images/crp1", "Image.Get"),
        ("GET", f"{BASE}/images?repositoryName=crp1/a", "Image.List"),
        ("HEAD", "https://cr.yandex/v2/crp1/shop/api/manifests/v1", "Manifest.Head"),
        ("GET", "https://cr.yandex/v2/crp1/shop/api/manifests/sha256:1f", "Manifest.Get"),
        ("POST", "https://iam.example/iam/v1/tokens", "IamToken.Create"),
        ("POST", "https://auth.example/oauth/token", "IamToken.Exchange"),
        (
            "GET",
            "http://169.254.169.254/computeMetadata/v1/instance/service-accounts/default/token",
            "Metadata.Token",
        ),
        ("GET", "https://api.example/endpoints/iam", "Endpoint.Get"),
        ("DELETE", f"{BASE}/scans/che1", OTHER),
        ("GET", "https://registry.example/", OTHER),
    ],
)
def test_a_call_is_named_as_its_service_does(method: str, url: str, name: str) -> None:
    """Ids, digests and names of repositories are never part of it."""
    assert call_name(method, url) == name
    assert name in METHODS


@pytest.mark.parametrize(("status", "name"), [(None, "none"), (200, "200"), (503, "503"), (302, "3xx"), (599, "5xx")])
def test_a_status_is_one_of_a_few(status: int | None, name: str) -> None:
    """Those that mean something by themselves have a name of their own."""
    assert code_name(status) == name


def test_all_statuses_make_few_labels() -> None:
    """A service that answers anything makes no more series than the others."""
    assert len({code_name(status) for status in range(100, 1000)}) == len(CODES) + 9
