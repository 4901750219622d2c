"""docs/policy.md and examples/policies: what is shown happens, and every example passes its own tests."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner, Result

from tests.builders import NOW
from tests.documents import ROOT, blocks, text
from tests.processes import TOKEN
from webhook.adapters.files import load
from webhook.cli import commands
from webhook.core.policy_file import parse_policy
from webhook.core.policy_warnings import warnings
from webhook.emulator.emulator import Emulator
from webhook.emulator.server import serve
from webhook.emulator.world_file import load_world
from webhook.jobs.policy.cases import CaseText, NoScan, ScanText
from webhook.wiring.clock import now
from webhook.wiring.policies import try_policies

POLICIES = sorted((ROOT / "examples" / "policies").glob("*.yaml"))
DOCUMENT = text("docs/policy.md")
SHOWN = [block.removeprefix("$ ").partition("\n")[::2] for block in blocks(DOCUMENT, "console")]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
FILE = re.compile(r"# (?P<name>[\w-]+\.yaml)\n")


@pytest.fixture(scope="module")
def registry() -> Iterator[str]:
    """The registry of the examples, at its URL."""
    emulator = Emulator(load_world(ROOT / "examples" / "registry.yaml", now=now()), now=now)
    with serve(emulator, host="127.0.0.1", port=0) as served:
        yield served.url


def ran(command: str, registry: str) -> Result:
    """Return what a command of the document does before that registry."""
    program, *arguments = shlex.split(command)
    assert program == "scangate"
    variables = {"ENDPOINT": registry, "REGISTRIES": f"cr.yandex={registry}", "ALLOW_HTTP": "1"}
    environment = {f"SCANGATE_CHECK_{name}": value for name, value in variables.items()} | {"YC_TOKEN": TOKEN}
    return CliRunner(env=environment).invoke(commands, arguments)


@pytest.mark.parametrize(("command", "output"), SHOWN, ids=[command for command, _ in SHOWN])
def test_it_shows_what_happens(
    command: str, output: str, registry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each command prints what the document shows, with the files that the document shows."""
    for block in (*blocks(DOCUMENT, "yaml"), *blocks(DOCUMENT, "text")):
        name = FILE.match(block)
        assert name is not None
        (tmp_path / name["name"]).write_text(block)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    done = ran(command, registry)
    assert TIME.sub("", done.output or str(done.exception)) == TIME.sub("", output)


@pytest.mark.parametrize(
    "line", [line for block in blocks(DOCUMENT, "sh") for line in block.splitlines() if "scangate check" in line]
)
def test_commands_are_right(line: str) -> None:
    """Each command has only options that there are."""
    arguments = shlex.split(line.rpartition("| ")[2])
    assert CliRunner().invoke(commands, [*arguments[1:], "--help"]).exit_code == 0


def test_every_key_of_a_case_is_documented() -> None:
    """The table has exactly the keys of a case, and every reason that `noScan` may give."""
    documented = set(re.findall(r"^\| `([\w.]+)` \|", DOCUMENT, re.MULTILINE))
    case = {name for name in CaseText.__struct_encode_fields__ if name != "scan"}
    scan = {f"scan.{name}" for name in ScanText.__struct_encode_fields__}
    assert documented == case | scan
    row = next(line for line in DOCUMENT.splitlines() if line.startswith("| `noScan`"))
    assert set(get_args(NoScan)) == set(re.findall(r"`([a-z-]+)`", row)) - {"scan"}


def test_every_example_is_listed() -> None:
    """The document names every example, and every example has tests."""
    for policy in POLICIES:
        assert f"(../examples/policies/{policy.name})" in DOCUMENT
    assert [path.name for path in POLICIES] == [path.name for path in sorted(POLICIES[0].parent.glob("tests/*.yaml"))]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda path: path.stem)
def test_example(policy: Path) -> None:
    """An example gives no warning, and passes its own tests, which allow and refuse something."""
    assert warnings(parse_policy(load(policy)), NOW) == ()
    [trial] = try_policies([policy.parent / "tests" / policy.name])
    assert [result.differences for result in trial.results if not result.passed] == []
    assert {result.finding.action.value for result in trial.results} >= {"allow", "deny"} or policy.stem == "grace"
    assert {result.finding.rule.name for result in trial.results} == {
        rule.name for rule in parse_policy(load(policy)).rules
    }
