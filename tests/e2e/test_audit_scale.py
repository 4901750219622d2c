"""An audit of many pods: exact, one question for each image, and nothing new the second time."""

import base64
import json
import logging
import re
import urllib.request
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode

import pytest

from tests.e2e.api import Document
from tests.e2e.audit_outputs import known
from tests.e2e.audit_scale import RULES, Scale, bad
from tests.e2e.audits import Auditor, grant
from tests.e2e.fleet import fleet, quiet_cluster
from tests.e2e.installation import document
from tests.e2e.programs import NEEDED, USUAL, binaries
from tests.processes import PATIENCE_SECONDS
from tests.service.registry import new_app, registry
from webhook.adapters.cluster import connect
from webhook.adapters.cluster_reads import PAGE_SIZE
from webhook.adapters.running_pods import ClusterPods
from webhook.core.audit_scope import NamespaceScope
from webhook.core.policy_reports import ReportApi
from webhook.errors import Gone

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


def test_a_list_that_gets_too_old(scale: Scale) -> None:
    """An API server that has forgotten the moment of a list refuses to go on; every pod is read once even so."""
    get = connect(str(scale.auditor.kubeconfig)).get
    refused: list[Gone] = []

    def aged(what: str, path: str, *, accept: str = "application/json") -> bytes:
        """Read pages of 60 pods, the second one of a moment that is long gone."""
        short = path.replace(f"limit={PAGE_SIZE}", "limit=60")
        old = short if refused or "continue=" not in path else _of_the_first_moment(short)
        try:
            return get(what, old, accept=accept)
        except Gone as gone:
            refused.append(gone)
            raise

    _forget(scale)
    pods = ClusterPods(get=aged, scope=NamespaceScope(), sleep=lambda _: None, log=logging.getLogger("test"))
    keys = [pod.key for pod in pods.each()]
    assert [bool(gone.following) for gone in refused] == [True]
    assert len(keys) == len(set(keys)) == PODS
    assert keys == sorted(keys)


def _forget(scale: Scale) -> None:
    """Have etcd forget everything but the newest state."""
    command = str(scale.cluster.processes[0].args)
    [url] = re.findall(r"--listen-client-urls=([^'\"]+)", command)
    newest = _post(f"{url}/v3/kv/range", {"key": "YQ=="})["header"]["revision"]
    _post(f"{url}/v3/kv/compaction", {"revision": newest})


def _post(url: str, body: Document) -> Document:
    with urllib.request.urlopen(url, json.dumps(body).encode(), PATIENCE_SECONDS) as answer:  # noqa: S310 - the loopback
        document = json.loads(answer.read())
    assert isinstance(document, dict)
    return document


def _of_the_first_moment(path: str) -> str:
    """Return a path whose token is of the first moment of the cluster; what it says of the next pod stays."""
    where, _, query = path.partition("?")
    parameters = dict(parse_qsl(query))
    token = parameters["continue"]
    content = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    old = base64.urlsafe_b64encode(json.dumps(content | {"rv": 2}).encode()).decode().rstrip("=")
    return f"{where}?{urlencode(parameters | {'continue': old})}"
