"""Policy reports as objects of the Kubernetes API."""

import pytest

from tests.audits import audited, over, owner
from tests.builders import NOW
from tests.object_api import ObjectApi
from webhook.adapters.report_objects import ReportObjects
from webhook.core.cluster import ObjectName, Version
from webhook.core.policy_reports import MANAGED_BY, ReportApi, render_report
from webhook.errors import Absent, ClusterFailed, Conflict

PLACE = "/apis/wgpolicyk8s.io/v1alpha2/namespaces/shop/policyreports"
NAME = ObjectName("shop", f"scangate-{owner().uid}")
BODY = render_report(audited(over()), ReportApi.POLICY_REPORTS, at=NOW).body


@pytest.fixture
def api() -> ObjectApi:
    """An API of its own."""
    return ObjectApi()


@pytest.fixture
def objects(api: ObjectApi) -> ReportObjects:
    """The reports in it."""
    return ReportObjects(api, ReportApi.POLICY_REPORTS)


def test_course_of_a_report(api: ObjectApi, objects: ReportObjects) -> None:
    """It is made, found, replaced and deleted, each time as that version which was read."""
    assert objects.version(NAME) is None
    objects.store(NAME, BODY, None)
    ((name, stored),) = objects.list()
    assert (name, stored.version) == (NAME, objects.version(NAME))

    objects.store(NAME, BODY, stored.version)
    assert objects.version(NAME) != stored.version
    objects.delete(NAME, stored)
    assert f"{PLACE}/{NAME.name}" in api.objects, "it has been changed since"
    objects.delete(NAME, dict(objects.list())[NAME])
    assert not api.objects
    objects.delete(NAME, stored)


def test_writes_of_another_version(objects: ReportObjects) -> None:
    """They are refused."""
    with pytest.raises(Absent):
        objects.store(NAME, BODY, Version("1"))
    objects.store(NAME, BODY, None)
    with pytest.raises(Conflict):
        objects.store(NAME, BODY, None)
    with pytest.raises(Conflict):
        objects.store(NAME, BODY, Version("0"))


def test_pages(objects: ReportObjects) -> None:
    """All pages of the list are read."""
    for number in range(5):
        report = render_report(audited(over(), of=owner(f"web-{number}")), ReportApi.POLICY_REPORTS, at=NOW)
        objects.store(ObjectName("shop", report.name), report.body, None)
    assert len(dict(objects.list())) == 5


@pytest.mark.parametrize(
    "metadata",
    [
        {"name": "scangate-x", "labels": {MANAGED_BY: "scangate"}},
        {"name": "other", "labels": {MANAGED_BY: "scangate"}, "annotations": {"scangate.dev/content": "x"}},
        {"name": "scangate-x", "labels": {MANAGED_BY: "other"}, "annotations": {"scangate.dev/content": "x"}},
    ],
)
def test_reports_of_others(api: ObjectApi, objects: ReportObjects, metadata: dict[str, object]) -> None:
    """What an audit did not write is none of its reports, however it is labelled or called."""
    api.put(f"{PLACE}/x", {"metadata": {"namespace": "shop", **metadata}})
    assert dict(objects.list()) == {}


@pytest.mark.parametrize("answer", [b"", b"[]", b"\xff", b'{"items": [{}]}'])
def test_answer_that_is_none(api: ObjectApi, objects: ReportObjects, answer: bytes) -> None:
    """It is said that there was none."""
    api.broken["GET"] = answer
    with pytest.raises(ClusterFailed, match=r"policyreports\.wgpolicyk8s\.io: the answer is not one"):
        dict(objects.list())
