"""The job that keeps the lookup table in line, what it writes to, and that the gate reads it."""

import pytest
from click.testing import CliRunner

from charts.rendering import render
from tests.charts.release import Content, release
from tests.documents import text
from webhook.adapters.table_config_maps import TABLE_LABEL
from webhook.cli import commands
from webhook.core.table_pieces import DEPTHS, prefixes

NAMES = ("table-sync", "large-table-sync")


def pod(name: str) -> Content:
    """Return the pod template of the job."""
    found: Content = release(name).one("CronJob", "scangate-table-sync")["spec"]["jobTemplate"]["spec"]["template"]
    return found


def synced(name: str) -> set[str]:
    """Return the names of the ConfigMaps of the table."""
    return {
        each["metadata"]["name"] for each in release(name).all("ConfigMap") if TABLE_LABEL in each["metadata"]["labels"]
    }


def test_without_it() -> None:
    """By default there is none of it."""
    assert not synced("defaults")
    assert "scangate-table-sync" not in release().names("CronJob")


@pytest.mark.parametrize(("name", "depths"), [("table-sync", DEPTHS[:1]), ("large-table-sync", DEPTHS)])
def test_config_maps(name: str, depths: tuple[int, ...]) -> None:
    """All that the command may write to are there, without content: Helm has none that it could put back."""
    pieces = (f"scangate-synced-{prefix}" for depth in depths for prefix in prefixes(depth))
    assert synced(name) == {"scangate-synced", *pieces}
    for each in synced(name):
        config_map = release(name).one("ConfigMap", each)
        assert "data" not in config_map
        assert config_map["metadata"]["labels"][TABLE_LABEL] == "scangate-synced"


@pytest.mark.parametrize("name", NAMES)
def test_the_gate_reads_them(name: str) -> None:
    """They are mounted into the folder of the lookup table, each of them."""
    (table,) = [each for each in release(name).gate["spec"]["volumes"] if each["name"] == "table"]
    mounted = {source["configMap"]["name"] for source in table["projected"]["sources"]}
    assert mounted == synced(name) | {"scangate-table"}


def test_command() -> None:
    """It says what is synchronised, and where to."""
    arguments = pod("table-sync")["spec"]["containers"][0]["args"]
    options = dict(zip(arguments[2::2], arguments[3::2], strict=True))
    assert (options["--registry"], options["--repository"]) == ("crp1", "crp2/shop/api")
    assert (options["--namespace"], options["--table"]) == ("scangate", "scangate-synced")
    assert (options["--deadline"], options["--min-fraction"]) == ("1800s", "0.5")


@pytest.mark.parametrize("name", NAMES)
def test_options(name: str) -> None:
    """The command takes them all: only the configuration is missing here."""
    arguments = pod(name)["spec"]["containers"][0]["args"]
    said = CliRunner().invoke(commands, [*arguments, "--kubeconfig", "none", "--output", "x"]).output
    assert "say where the table goes: --namespace or --output" in said


def test_identity() -> None:
    """For the cloud the job is who the gate is, by the same way, configuration and proxy."""
    spec = pod("large-table-sync")["spec"]
    gate = release("large-table-sync").gate["spec"]
    volumes = {each["name"]: each for each in gate["volumes"]}
    assert [each for each in spec["volumes"] if each["name"] != "scratch"] == [volumes["gate"], volumes["identity"]]
    assert {"name": "HTTPS_PROXY", "value": "http://proxy.example:3128"} in spec["containers"][0]["env"]
    account = release("large-table-sync").one("ServiceAccount", "scangate-table-sync")
    assert account["metadata"]["annotations"] == {"a": "b"}


def test_time() -> None:
    """It has time to write when it has asked for as long as it may, and never runs twice at once."""
    cron = release("table-sync").one("CronJob", "scangate-table-sync")["spec"]
    assert cron["concurrencyPolicy"] == "Forbid"
    assert cron["jobTemplate"]["spec"]["activeDeadlineSeconds"] > 1800


def test_nothing_to_synchronise() -> None:
    """It is refused at once."""
    with pytest.raises(Exception, match="name at least one of registries, folders and repositories"):
        render({"tableSync": {"enabled": True}})


def test_it_is_documented() -> None:
    """How the table is kept, and where it is."""
    assert "tableSync" in text("docs/configuration.md")
