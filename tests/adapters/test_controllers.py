"""Who controls what controls pods."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api_server import ApiServer, serving
from webhook.adapters.cluster import connect
from webhook.adapters.controllers import Controllers
from webhook.core.cluster_audit import Owner

FOLDER = "/apis/apps/v1/namespaces/shop/replicasets"
JOBS = "/apis/batch/v1/namespaces/shop/jobs"


def owner(kind: str, name: str, version: str = "apps/v1") -> Owner:
    """Return an owner whose uid is its name."""
    return Owner(api_version=version, kind=kind, namespace="shop", name=name, uid=name)


def stored(name: str, *owners: Owner, uid: str = "") -> dict[str, object]:
    """Return an object that these own; the last of them controls it."""
    references = [
        {
            "apiVersion": one.api_version,
            "kind": one.kind,
            "name": one.name,
            "uid": one.uid,
            "controller": one is owners[-1],
        }
        for one in owners
    ]
    return {"metadata": {"name": name, "uid": uid or name, "ownerReferences": references}}


DEPLOYMENT, CRON_JOB = owner("Deployment", "web"), owner("CronJob", "nightly", "batch/v1")
REPLICA_SET, JOB = owner("ReplicaSet", "web-1"), owner("Job", "nightly-1", "batch/v1")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ApiServer]:
    """Serve a ReplicaSet and a Job with their owners, and some without."""
    objects = {
        f"{FOLDER}/web-1": stored("web-1", owner("Group", "a"), DEPLOYMENT),
        f"{FOLDER}/bare": stored("bare"),
        f"{FOLDER}/again": stored("again", DEPLOYMENT, uid="another"),
        f"{JOBS}/nightly-1": stored("nightly-1", CRON_JOB),
    }
    with serving(tmp_path, objects) as running:
        yield running


@pytest.fixture
def controllers(server: ApiServer) -> Controllers:
    """Return what asks it."""
    return Controllers(connect(str(server.kubeconfig)).get, logging.getLogger("test"))


def test_followed(controllers: Controllers) -> None:
    """The Deployment of a ReplicaSet is found, and the CronJob of a Job."""
    assert controllers.above(REPLICA_SET) == DEPLOYMENT
    assert controllers.above(JOB) == CRON_JOB


def test_at_the_top(controllers: Controllers, server: ApiServer) -> None:
    """A ReplicaSet that somebody made is itself the owner; others are not asked about."""
    assert controllers.above(owner("ReplicaSet", "bare")) is None
    asked = len(server.calls)
    others = [DEPLOYMENT, CRON_JOB, owner("StatefulSet", "db"), owner("Rollout", "web", "argoproj.io/v1alpha1")]
    assert [controllers.above(one) for one in others] == [None] * 4
    assert len(server.calls) == asked


def test_gone(controllers: Controllers) -> None:
    """One that is not there any more, or is another of that name, has no owner that is known."""
    assert controllers.above(owner("ReplicaSet", "gone")) is None
    assert controllers.above(owner("ReplicaSet", "again")) is None


def test_not_allowed(controllers: Controllers, server: ApiServer, caplog: pytest.LogCaptureFixture) -> None:
    """It is said once, and not tried again; Jobs are another right."""
    server.forbidden.add(("GET", f"{FOLDER}/web-1"))
    assert [controllers.above(REPLICA_SET) for _ in range(3)] == [None] * 3
    assert len(server.calls) == 1
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "who controls replicasets is not known"
    ]
    assert controllers.above(JOB) == CRON_JOB


@pytest.mark.parametrize("answer", [(500, b"{}"), (200, b"<html>"), (200, b"{}")])
def test_no_answer(controllers: Controllers, server: ApiServer, answer: tuple[int, bytes]) -> None:
    """Then nobody is known above it, and the next one is asked about."""
    server.broken[f"{FOLDER}/web-1"] = answer
    assert controllers.above(REPLICA_SET) is None
    assert controllers.above(JOB) == CRON_JOB
