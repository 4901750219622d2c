"""docs/install.md: what it names is there, and what it quotes is said."""

import re

import pytest
import yaml
from click.testing import CliRunner

from charts import CHART
from tests.charts.release import release
from tests.documents import ROOT, blocks, text
from webhook.cli import commands

DOCUMENT = text("docs/install.md")
SAID = re.findall(r"^\| `([^`]+)` \|", DOCUMENT.partition("\n## When a job fails\n")[2], re.MULTILINE)


def test_it_names_objects_of_the_release() -> None:
    """Each name that begins as the release does is that of an object, or of a Job with its hash."""
    made = [*release("table-sync").objects, *release("cluster-audit").objects]
    names = {re.sub(r"-[0-9a-f]{8}$", "-…", each.name) for each in made} | {"scangate-activate"}

    assert set(re.findall(r"`(scangate-[\w…-]+)`", DOCUMENT)) <= names


@pytest.mark.parametrize("said", SAID)
def test_it_quotes_what_is_said(said: str) -> None:
    """Each message that it explains is one that the program has."""
    assert any(said in module.read_text(encoding="utf-8") for module in (ROOT / "webhook").rglob("*.py"))


def test_it_names_values_of_the_chart() -> None:
    """Each value of the chart that it names is one."""
    values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    named = set(re.findall(r"`((?:webhook|certificates|rbac|tableSync)\.\w+)", DOCUMENT))

    assert {"webhook.activation", "certificates.mode", "rbac.create"} <= named
    for section, key in (name.split(".") for name in named):
        assert key in values[section]


def test_its_commands_are_taken() -> None:
    """Each command of scangate that it shows has options that there are."""
    lines = "".join(blocks(DOCUMENT, "sh")).replace("\\\n", " ").splitlines()
    shown = [line.split() for line in lines if line.startswith("scangate ")]

    assert shown
    for _, *arguments in shown:
        assert CliRunner().invoke(commands, [*arguments, "--help"]).exit_code == 0
