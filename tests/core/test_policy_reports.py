"""Reports about workloads, as Policy Reporter reads them."""

from datetime import timedelta
from typing import Any

import jsonschema
import msgspec
import pytest
from msgspec.structs import replace

from tests.audits import audited, clean, hostile, over, owner, unseen, unusable, warned
from tests.builders import NOW, scanned
from tests.report_kinds import report_schema
from webhook.core.cluster_audit import Audited
from webhook.core.policy_reports import CONTENT, MANAGED_BY, MAX_RESULTS, ReportApi, WorkloadReport, render_report
from webhook.core.reasons import Reason

EVERYTHING = audited(
    clean(), unseen(), over(), warned(), unusable(Reason.UNAVAILABLE), hostile(), over("b", high=1, critical=9)
)


def rendered(what: Audited, api: ReportApi = ReportApi.POLICY_REPORTS) -> WorkloadReport:
    """Return the report, now."""
    return render_report(what, api, at=NOW)


def result(what: Audited) -> dict[str, Any]:
    """Return the only result of a report."""
    (found,) = rendered(what).body["results"]
    return dict(found)


@pytest.mark.parametrize("api", ReportApi)
@pytest.mark.parametrize("what", [EVERYTHING, audited(over()), audited(clean())])
def test_schema(api: ReportApi, what: Audited) -> None:
    """It has the fields of the API, each of its type, and no others."""
    jsonschema.validate(rendered(what, api).body, report_schema(api))


def test_kinds() -> None:
    """Both APIs are written, each as what it is."""
    old, new = (rendered(EVERYTHING, api).body for api in ReportApi)
    assert (old["apiVersion"], old["kind"]) == ("wgpolicyk8s.io/v1alpha2", "PolicyReport")
    assert (new["apiVersion"], new["kind"], new["source"]) == ("openreports.io/v1alpha1", "Report", "scangate")
    assert [api.plural for api in ReportApi] == ["policyreports", "reports"]


def test_it_belongs_to_the_workload() -> None:
    """It lies in its namespace, is about it, is called by its uid, and goes with it."""
    body = rendered(EVERYTHING).body
    metadata, scope = body["metadata"], body["scope"]
    (holder,) = metadata["ownerReferences"]

    assert (metadata["namespace"], metadata["name"]) == ("shop", f"scangate-{owner().uid}")
    assert metadata["labels"] == {MANAGED_BY: "scangate"}
    assert scope == {**holder, "namespace": "shop"}
    assert scope["uid"] == owner().uid


def test_summary() -> None:
    """It counts each outcome, also where there is none of it."""
    assert rendered(EVERYTHING).body["summary"] == {"fail": 3, "error": 1, "warn": 1, "skip": 1, "pass": 1}
    assert rendered(audited(clean())).body["summary"] == {"fail": 0, "error": 0, "warn": 0, "skip": 0, "pass": 1}


def test_failure() -> None:
    """It says what is wrong and what to do, of which image, by which scan."""
    found = result(audited(over()))
    assert (found["result"], found["severity"], found["scored"]) == ("fail", "high", True)
    assert (found["policy"], found["rule"]) == ("scan-policy", "default")
    assert "3 critical (limit 0)" in found["message"]
    assert "Rebuild it on patched packages" in found["message"]
    assert found["properties"]["scan"] == "che-api"
    assert found["properties"]["digest"].startswith("sha256:")
    assert found["properties"]["containers"] == "app"
    assert found["timestamp"] == {"seconds": int(NOW.timestamp()), "nanos": 0}


def test_others() -> None:
    """What is only warned of is not scored, and what passes has no severity; what is not known is left out."""
    assert result(audited(warned()))["scored"] is False
    assert "severity" not in result(audited(clean()))
    assert "scan" not in result(audited(unseen()))["properties"]
    assert result(audited(unusable(Reason.UNAVAILABLE)))["result"] == "error"


def test_strangers_text() -> None:
    """Nothing in a report is other than printable ASCII, whatever image and labels say."""
    assert msgspec.json.encode(result(audited(hostile()))["properties"]).isascii()


def test_bounds() -> None:
    """Of very many images the worst are listed, and all are counted."""
    findings = [*(clean(str(number)) for number in range(MAX_RESULTS)), over("z")]
    body = rendered(audited(*findings)).body
    assert len(body["results"]) == MAX_RESULTS
    assert body["results"][0]["result"] == "fail"
    assert body["summary"]["pass"] == MAX_RESULTS
    assert len(msgspec.json.encode(body)) < 200_000


def test_content() -> None:
    """It is the same at another time and in another order, and another one with another scan."""
    first = rendered(audited(over(), clean()))
    later = render_report(audited(clean(), over()), ReportApi.POLICY_REPORTS, at=NOW + timedelta(days=1))
    changed = rendered(audited(replace(over(), evidence=scanned(id="another")), clean()))

    assert first.content == later.content == first.body["metadata"]["annotations"][CONTENT]
    assert changed.content != first.content
