"""The newcomer's path in README.md: each command does what the text around it says."""

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import helm_python
import jq
import pytest
import yaml

from tests.certificates import Authority
from tests.charts.release import Release
from tests.documents import ROOT, blocks, text
from tests.e2e.programs import binaries
from tests.gates import Setup, gate
from tests.service.registry import registry, uid_of

SECTION = text("README.md").partition("\n## Install it\n")[2].partition("\n## ")[0]
COMMANDS = [
    line
    for block in blocks(SECTION, "sh")
    for line in block.replace("\\\n", " ").replace("|\n", "|").splitlines()
    if line
]


def command(beginning: str) -> list[str]:
    """Return the words of the one command that begins so."""
    [found] = [line for line in COMMANDS if line.startswith(beginning)]
    return shlex.split(found)


def options(words: list[str], name: str) -> Iterator[str]:
    """Yield what stands behind each option of that name."""
    return (words[number + 1] for number, word in enumerate(words) if word == name)


def release(beginning: str) -> Release:
    """Return what a Helm command of the README makes of the chart that it names."""
    words = command(beginning)
    assert words[3] == "charts/scangate"
    values: dict[str, Any] = {}
    for file in options(words, "--values"):
        values = merged(values, yaml.safe_load((ROOT / file).read_text(encoding="utf-8")))
    for setting in options(words, "--set"):
        values = merged(values, helm_python.parse_set_string(setting))
    return Release(values)


def merged(values: Any, more: Any) -> Any:
    """Return *values* with *more* over them, as Helm puts one source of values over another."""
    if not isinstance(values, dict) or not isinstance(more, dict):
        return more
    return values | {key: merged(values.get(key), value) for key, value in more.items()}


def rule(made: Release) -> dict[str, Any]:
    """Return the one rule of a release's policy."""
    [found] = made.document("scangate-policy", "policy.yaml")["rules"]
    assert isinstance(found, dict)
    return found


def test_it_begins_in_audit_mode_and_ends_with_enforcement() -> None:
    """The first release admits everything, and so does its absence; the second one refuses, and fails closed."""
    first, second = release("helm install"), release("helm upgrade")
    assert (rule(first)["mode"], first.webhook["failurePolicy"]) == ("audit", "Ignore")
    assert (rule(second)["mode"], second.webhook["failurePolicy"]) == ("enforce", "Fail")


@pytest.mark.parametrize("beginning", ["helm install", "helm upgrade"])
def test_the_image_and_the_key_are_those_that_were_made(beginning: str) -> None:
    """What was built is what runs, and it reads the Secret that was created."""
    made = release(beginning)
    assert made.container["image"] == command("docker build")[3] == command("docker push")[2]
    secret, key = command("kubectl --namespace scangate create secret")[6], command("yc iam key create")[-1]
    volumes = json.dumps(made.gate["spec"]["volumes"])
    assert f'"{secret}"' in volumes
    assert f'"{key}"' in volumes


def test_the_list_of_denials(authority: Authority, tmp_path: Path) -> None:
    """In audit mode a bad pod is admitted, and the filter shows it; with the second release it is refused."""
    words = command("kubectl --namespace scangate logs")
    selector = dict(part.split("=") for part in next(options(words, "--selector")).split(","))
    first = release("helm install")
    assert selector.items() <= first.gate["metadata"]["labels"].items()
    query = words[words.index("jq") + 2]

    with registry() as world:
        bad, good = world.app(critical=1), world.app()
        with gate(tmp_path, authority, Setup(registry=world.url, rule=rule(first))) as server:
            review = bad.review()
            assert server.judge(review)["allowed"] is True
            assert server.judge(good.review())["allowed"] is True
            server.record(uid_of(review))
            records = server.process.output.documents()
        assert jq.compile(query).input_values(records).all() == ["shop\tPod\tweb\tover-limits"]
        with gate(tmp_path, authority, Setup(registry=world.url, rule=rule(release("helm upgrade")))) as server:
            assert server.judge(bad.review())["allowed"] is False
            assert server.judge(good.review())["allowed"] is True


def test_kubectl_takes_its_commands(tmp_path: Path) -> None:
    """kubectl makes the namespace and the Secret of them."""
    programs = binaries()
    if programs is None or not (programs / "kubectl").exists():
        pytest.skip("NOT TESTED WITH KUBECTL: it is not there")
    (tmp_path / "key.json").write_text("{}")
    for beginning in ("kubectl create namespace", "kubectl --namespace scangate create secret"):
        words = [str(programs / "kubectl"), *command(beginning)[1:], "--dry-run=client"]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert re.fullmatch(r"(namespace|secret)/[a-z-]+ created \(dry run\)\n", done.stdout)


def test_emergency_exit_names_the_webhook() -> None:
    """What is deleted in an emergency is what the chart made."""
    name = re.search(r"kubectl delete validatingwebhookconfiguration (\S+?)`", SECTION)
    assert name is not None
    assert name[1] in release("helm upgrade").names("ValidatingWebhookConfiguration")


@pytest.fixture
def authority() -> Authority:
    """The authority of the gate's certificate."""
    return Authority()
