"""The lookup table in ConfigMaps of a real API server: made, changed, killed half-way, and read by a gate."""

import json
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from charts.rendering import objects, render
from tests.e2e.api import Api
from tests.e2e.apiserver import ApiServer
from tests.e2e.installation import document
from tests.e2e.tables import TABLE, Place
from tests.processes import eventually
from tests.scrapes import scrape
from tests.service.registry import REGISTRY_ID, App, registry
from webhook.emulator.fault_text import parse_fault

IMAGES = 150
"""`make scale` does the same with 20,000."""

NEW_SCANS = "replace:id,value=chenew,path=*:lastScanResult"


@pytest.fixture
def place(cluster: ApiServer, namespace: str, tmp_path: Path) -> Iterator[Place]:
    """A namespace and a registry of its own."""
    with registry() as world:
        made = Place(cluster, namespace, world, tmp_path)
        made.grant()
        yield made


@pytest.fixture
def apps(place: Place) -> list[App]:
    """Images, all of them with a scan, and in the table."""
    found = place.registry.apps(IMAGES)
    done = place.sync()
    assert done.returncode == 0, done.stderr
    return found


def scan_ids(place: Place) -> set[str]:
    """Return the scans that the table names."""
    return {entry["scanResultId"] for entry in place.entries.values()}


def fault(place: Place, *texts: str) -> None:
    """Have the registry do that from now on, and nothing else wrong."""
    place.registry.emulator.faults.replace(map(parse_fault, texts))


def test_table(place: Place, apps: list[App]) -> None:
    """It is in 16 pieces of at most 1 MiB, found by their label, with a state that says how many entries there are."""
    assert place.entries.keys() == {app.digest for app in apps}
    assert place.config_maps.keys() == {TABLE, *(f"{TABLE}-{digit:x}" for digit in range(16))}
    for item in place.config_maps.values():
        assert sum(len(key) + len(text) for key, text in item["data"].items()) < 2**20
        assert item["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "scangate"
    assert json.loads(place.config_maps[TABLE]["data"][f"{TABLE}.state"])["entries"] == IMAGES


def test_one_new_image(place: Place, apps: list[App]) -> None:
    """It changes one piece."""
    assert apps
    before = place.versions
    place.registry.app()
    assert place.sync().returncode == 0
    assert len([name for name, version in place.versions.items() if before[name] != version]) == 1


def test_gate_that_is_running(place: Place, apps: list[App]) -> None:
    """It takes up new entries; an outage of the registry takes none away, and the gate's metrics tell of it."""
    with place.fetching() as table, place.gate(table) as gate:
        assert gate.judge(apps[0].bare_review())["allowed"]
        new = place.registry.app()
        assert not gate.judge(new.bare_review())["allowed"]
        assert place.sync().returncode == 0
        eventually(lambda: gate.judge(new.bare_review())["allowed"] is True)

        fault(place, "status:503,path=*/images*")
        assert scrape(gate).total("scangate_table_synchronisation_successful") == 1
        assert place.sync("--deadline", "2s").returncode == 2
        assert len(place.entries) == IMAGES + 1
        eventually(lambda: scrape(gate).total("scangate_table_synchronisation_successful") == 0)
        fault(place)
        assert gate.judge(apps[1].bare_review())["allowed"]


def test_killed_while_it_writes(place: Place, apps: list[App]) -> None:
    """Each image has its old entry or its new one, a gate can use the table, and the next run ends the work."""
    before = place.versions
    fault(place, NEW_SCANS)
    with place.syncing() as process:
        eventually(lambda: place.versions != before)
        process.signal(signal.SIGKILL)
        process.wait()
    assert place.entries.keys() == {app.digest for app in apps}
    assert scan_ids(place) <= {"chenew", *(app.scan_id for app in apps)}
    with place.fetching() as table:
        assert len(list(table.glob("*.scans.json"))) == 16
    assert place.sync().returncode == 0
    assert scan_ids(place) == {"chenew"}


def test_two_at_once(place: Place, apps: list[App]) -> None:
    """Both come to their end, and the table is complete."""
    fault(place, NEW_SCANS)
    with place.syncing() as one, place.syncing() as other:
        assert (one.wait(), other.wait()) == (0, 0)
    assert place.entries.keys() == {app.digest for app in apps}
    assert scan_ids(place) == {"chenew"}


@pytest.mark.parametrize("pieces", [16, 256])
def test_rights_of_the_chart(place: Place, pieces: int) -> None:
    """The account of the job may write the table, in the ConfigMaps that the chart makes, and nothing else."""
    values = {"tableSync": {"enabled": True, "registries": [REGISTRY_ID], "pieces": pieces}}
    made = [each.content for each in objects(render(values, namespace=place.namespace))]
    kinds = {"ConfigMap", "ServiceAccount", "Role", "RoleBinding"}
    place.cluster.api.apply(*(each for each in made if each["kind"] in kinds))
    job = replace(place, account="scangate-table-sync")
    app = job.registry.app()

    done = job.sync()
    assert done.returncode == 0, done.stderr
    assert job.entries == {app.digest: {"scanResultId": app.scan_id, "imageId": app.image_id}}
    assert len(job.config_maps) == 1 + 16 + (256 if pieces == 256 else 0)
    account = Api(job.cluster.kubeconfig_of_account(job.namespace, job.account))
    policy = document("v1", "ConfigMap", "scangate-policy", job.namespace)
    assert account.patch(policy, {"data": {"policy.yaml": ""}}).status == 403
    assert account.create(document("v1", "ConfigMap", "another", job.namespace)).status == 403


def test_right_that_is_missing(place: Place) -> None:
    """The message names it, and what would help."""
    role = document("rbac.authorization.k8s.io/v1", "Role", "table-sync", place.namespace)
    rule = {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "patch"]}
    place.cluster.api.patch(role, {"rules": [rule]}).done()
    place.registry.app()
    done = place.sync()
    assert done.returncode == 2
    for said in ("cannot create resource", "tableSync.pieces"):
        assert said in done.stderr.splitlines()[-1]
