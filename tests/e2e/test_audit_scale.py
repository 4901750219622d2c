"""An audit of many pods: exact, one question for each image, and nothing new the second time."""

from collections.abc import Iterator

import pytest

from tests.e2e.audit_outputs import known
from tests.e2e.audit_scale import RULES, Scale, bad
from tests.e2e.audits import Auditor, grant
from tests.e2e.fleet import fleet, quiet_cluster
from tests.e2e.installation import document
from tests.e2e.programs import NEEDED, USUAL, binaries
from tests.service.registry import new_app, registry
from webhook.core.policy_reports import ReportApi

PODS, IMAGES = 200, 30
"""`make audits` does it with ten times as many."""

APPS = [new_app() for _ in range(IMAGES)]


@pytest.fixture(scope="module")
def scale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scale]:
    """Run pods in a cluster in which nobody else does anything."""
    programs = binaries()
    if programs is None:
        pytest.skip(f"NOT TESTED AGAINST KUBERNETES: no {' and '.join(NEEDED)} in $KUBEBUILDER_ASSETS or {USUAL}")
    folder = tmp_path_factory.mktemp("scale")
    sections = (app.section(critical=int(app in bad(APPS))) for app in APPS)
    with (
        registry(*sections) as world,
        quiet_cluster(folder / "cluster", programs) as cluster,
        known(cluster, ReportApi.POLICY_REPORTS),
    ):
        made = fleet(APPS, PODS)
        made.make(cluster)
        cluster.api.apply(document("v1", "Namespace", "scangate"))
        # A gate of two threads that remembers next to nothing: audits have bounds of their own.
        setup = {"registry_section": {"remembered": 5, "concurrency": 4}, "server": {"threads": 2}}
        yield Scale(cluster, made, world, Auditor(grant(cluster, "scangate", *RULES), world, folder / "audit", setup))


def test_twice(scale: Scale) -> None:
    """Exactly what is planted is found, each image is asked about once, and the second run writes nothing."""
    first = scale.audit()
    assert first.found == scale.fleet.running(bad(APPS))
    assert (first.report["pods"], first.report["images"], first.report["whole"]) == (PODS, IMAGES, True)
    assert (first.calls, first.most_calls) == (IMAGES, 1)
    stored = scale.stored()
    assert first.written == len(stored) > len(scale.fleet.deployed)

    second = scale.audit()

    assert second.found == first.found
    assert (second.written, scale.stored()) == (0, stored)
    assert (second.calls, second.most_calls) == (IMAGES, 1)
