"""Events about workloads in a cluster."""

from datetime import timedelta

import pytest

from tests.audits import audited, clean, over, owner, report, warned
from tests.builders import NOW
from tests.object_api import ObjectApi
from webhook.adapters.workload_events import WorkloadEvents
from webhook.core.cluster_audit import Audited
from webhook.errors import ClusterFailed


@pytest.fixture
def api() -> ObjectApi:
    """An API of its own."""
    return ObjectApi()


def run(api: ObjectApi, *found: Audited, hours: int = 0) -> None:
    """Have an audit find that some hours later, and end."""
    sink = WorkloadEvents(api, at=NOW + timedelta(hours=hours), instance="audit-1")
    for each in found:
        sink.owner(each)
    sink.finish(report())


def test_events(api: ObjectApi) -> None:
    """There is one for each fault, where the workload is; who is in order gets none."""
    run(api, audited(over(), warned()), audited(clean(), of=owner("db", "data")))
    assert len(api.objects) == 2
    assert all(path.startswith("/apis/events.k8s.io/v1/namespaces/shop/events/web.") for path in api.objects)


def test_second_run(api: ObjectApi) -> None:
    """It writes nothing new, but what is new; and nothing is read."""
    run(api, audited(over()))
    ((path, before),) = api.objects.items()
    run(api, audited(over()), hours=1)
    assert api.objects == {path: before}
    run(api, audited(over(), over("b")), hours=2)
    assert len(api.objects) == 2
    assert api.objects[path] == before
    assert set(api.calls) == {"POST"}


def test_failures(api: ObjectApi) -> None:
    """One that cannot be written does not keep the others from it."""
    seen = []

    def refuse(_method: str, path: str) -> None:
        seen.append(path)
        if len(seen) == 1:
            raise ClusterFailed("event: HTTP 422: Unprocessable Entity")

    api.before = refuse
    with pytest.raises(ClusterFailed, match="1 events could not be written: event: HTTP 422"):
        run(api, audited(over("a"), over("b")))
    assert len(api.objects) == 1
