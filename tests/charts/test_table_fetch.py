"""The container that brings the lookup table to the gate."""

from typing import Any

import pytest
import yaml

from charts.rendering import render
from tests.charts.release import release
from webhook.adapters.snapshots import CURRENT
from webhook.adapters.table_config_maps import TABLE_LABEL

MADE = release("table-fetch")
TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount"


def named(name: str) -> dict[str, Any]:
    """Return a container of the gate's pods."""
    spec = MADE.gate["spec"]
    (found,) = [each for each in [*spec["initContainers"], *spec["containers"]] if each["name"] == name]
    assert isinstance(found, dict)
    return found


def mounts(name: str) -> dict[str, bool]:
    """Return where a container has its mounts, and whether it may write there."""
    return {each["mountPath"]: not each.get("readOnly", False) for each in named(name)["volumeMounts"]}


def test_it_is_off_by_default() -> None:
    """The gate's pods have one container, and nothing of the cluster."""
    assert len(release().gate["spec"]["containers"]) == 1
    assert "initContainers" not in release().gate["spec"]
    assert "cluster-token" not in {each["name"] for each in release().gate["spec"]["volumes"]}


@pytest.mark.parametrize("name", ["first-table", "table"])
def test_it_alone_has_the_token(name: str) -> None:
    """The gate, which reads what strangers send, has not."""
    assert mounts(name)[TOKEN] is False
    assert TOKEN not in mounts("gate")


def test_the_gate_reads_what_it_writes() -> None:
    """It writes to the folder that the gate can only read, and the gate follows the link in it."""
    arguments = named("table")["args"]
    folder = arguments[arguments.index("--output") + 1]
    assert mounts("table")[folder] is True
    assert mounts("gate")[folder] is False
    assert MADE.document("scangate-gate", "gate.yaml")["table"] == f"{folder}/{CURRENT}"


def test_there_is_a_table_when_the_gate_starts() -> None:
    """Before that, one look must succeed."""
    assert "--once" in named("first-table")["args"]
    assert "--once" not in named("table")["args"]


def test_tables_of_the_release_have_the_label() -> None:
    """Both the entries of the values and what the job writes are found by it."""
    found = {each["metadata"]["name"] for each in MADE.all("ConfigMap") if TABLE_LABEL in each["metadata"]["labels"]}
    assert {"scangate-table", "scangate-synced", "scangate-synced-f"} <= found


def test_config_maps_that_are_named() -> None:
    """They would not be read, so they are refused."""
    with pytest.raises(Exception, match=r"table.fetch.selector"):
        render({"table": {"existingConfigMaps": ["a"], "fetch": {"enabled": True}}})


def test_api_servers_are_reached() -> None:
    """The network policy lets it out to them."""
    assert "6443" in yaml.safe_dump(MADE.one("NetworkPolicy")["spec"]["egress"])
