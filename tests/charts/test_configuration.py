"""What the chart writes for the gate is what the gate takes, and what the mounts make of it."""

from pathlib import PurePosixPath

import pytest
import yaml

from tests.charts.release import Release, release
from tests.charts.value_sets import DIGEST, PEM, SETS
from webhook.core.documents import Document
from webhook.core.images import Digest
from webhook.core.policy import Mode, Policy
from webhook.core.policy_file import parse_policy
from webhook.core.settings import Settings, parse_settings
from webhook.core.table import parse_table


def mounted(made: Release) -> set[str]:
    """Return the paths of all files of the release that a pod of the gate can read."""
    volumes = {volume["name"]: volume for volume in made.gate["spec"]["volumes"]}
    maps = {each["metadata"]["name"]: set(each.get("data", {})) for each in made.all("ConfigMap")}
    found = set()
    for mount in made.container["volumeMounts"]:
        volume = volumes[mount["name"]]
        match volume:
            case {"configMap": {"items": items}} | {"secret": {"items": items}}:
                names = {item["path"] for item in items}
            case {"configMap": {"name": name}}:
                names = maps[name]
            case {"projected": {"sources": [{"serviceAccountToken": token}]}}:
                names = {token["path"]}
            case {"projected": {"sources": [{"configMap": {"name": name}}, *_]}}:
                names = maps[name]
            case _:
                names = set()
        found |= {f"{mount['mountPath']}/{name}" for name in names}
    return found


def settings(made: Release) -> Settings:
    """Return the settings that the file named by the environment holds."""
    (path,) = [each["value"] for each in made.container["env"] if each["name"] == "SCANGATE_SERVE_CONFIG"]
    assert path in mounted(made)
    (text,) = [each["data"]["gate.yaml"] for each in made.all("ConfigMap") if "gate.yaml" in each.get("data", {})]
    return parse_settings(Document(path, yaml.safe_load(text), Digest("")))


def policy(made: Release) -> Policy:
    """Return the policy of a release."""
    (text,) = [each["data"]["policy.yaml"] for each in made.all("ConfigMap") if "policy.yaml" in each.get("data", {})]
    return parse_policy(Document("policy.yaml", yaml.safe_load(text), Digest("")))


@pytest.mark.parametrize("name", SETS)
def test_the_gate_takes_its_configuration(name: str) -> None:
    """The GateConfiguration is one, and every file that it names is mounted."""
    made = release(name)
    read = settings(made)
    files = {read.policy_file, read.server.tls.cert_file, read.server.tls.key_file, read.cloud.ca_file}
    ways = read.identity
    files |= {read.self_check.expected_file if read.self_check else None}
    files |= {ways.key_file, ways.token_file, ways.federation.token_file if ways.federation else None}

    assert files - {None} <= mounted(made)
    fetched = name in ("table-fetch", "cluster-audit-of-fetched-table")
    tables = "/etc/scangate/table/current" if fetched else "/etc/scangate/table"
    assert read.table == tables
    assert fetched or tables in {str(PurePosixPath(path).parent) for path in mounted(made)}


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("identity-metadata", "metadata"),
        ("identity-federation", "federation"),
        ("identity-key-existing", "key_file"),
        ("identity-key-created", "key_file"),
        ("identity-token", "token_file"),
        ("identity-environment", None),
    ],
)
def test_each_identity_is_the_one_that_was_asked_for(name: str, way: str | None) -> None:
    """The configuration names one way to a token at the most, and that is the one."""
    identity = settings(release(name)).identity
    named = [field for field in identity.__struct_fields__ if getattr(identity, field) is not None]

    assert named == ([way] if way else [])


def test_values_arrive() -> None:
    """What is written in values stands in the configuration."""
    read = settings(release("everything"))

    assert [str(source) for source in read.sources] == ["table", "registry"]
    assert read.registry_aliases == {"mirror.example": "cr.yandex"}
    assert read.registry.endpoint == "https://registry.example"
    assert read.registry.platforms == ("linux/amd64", "linux/arm64")
    assert (read.cloud.endpoint, read.cloud.iam_endpoint) == ("https://api.example", "https://iam.example")
    assert release("everything").one("ConfigMap", "scangate-gate")["data"]["ca.crt"] == PEM


def test_ports_are_those_of_the_container() -> None:
    """The gate listens where the pod says that it does."""
    server = settings(release("host-network")).server

    assert (server.port, server.probe_port) == (10250, 10251)


@pytest.mark.parametrize("name", [name for name in SETS if name != "existing-policy"])
def test_the_gate_takes_its_policy(name: str) -> None:
    """The ScanPolicy is one, and enforces unless another mode was asked for."""
    mode = {"everything": Mode.AUDIT, "audit": Mode.AUDIT, "warn": Mode.WARN}.get(name, Mode.ENFORCE)

    assert policy(release(name)).rules[-1].mode is mode


def test_the_default_policy_refuses_the_worst() -> None:
    """Critical and high findings are refused, and scans older than the registry keeps them."""
    limits = policy(release()).rules[-1].limits

    assert (limits.critical, limits.high, limits.medium) == (0, 0, "unlimited")


def test_the_gate_takes_its_table() -> None:
    """Entries stand in the table; without any it is empty, and there."""
    for name, entries in (("defaults", 0), ("table", 1), ("everything", 1)):
        content = release(name).document("scangate-table", "entries.yaml")
        table = parse_table([Document("entries.yaml", content, Digest(""))])
        assert len(table.hints) == entries
        assert (table.hint(Digest(DIGEST)) is not None) is bool(entries)


def test_more_of_the_table_comes_into_the_same_folder() -> None:
    """ConfigMaps of one's own are mounted beside the release's."""
    (volume,) = [each for each in release("everything").gate["spec"]["volumes"] if each["name"] == "table"]

    names = [source["configMap"]["name"] for source in volume["projected"]["sources"]]
    assert names == ["scangate-table", "more", "even-more"]


def test_a_key_that_was_given_is_in_a_secret_alone() -> None:
    """It stands in the Secret and in no ConfigMap, environment or argument."""
    texts = [
        each.text for each in release("identity-key-created").objects if "e30=" in each.text or "'{}'" in each.text
    ]

    assert len(texts) == 1
    assert release("identity-key-created").one("Secret", "scangate-key")["data"] == {"iamkey.json": "e30="}
