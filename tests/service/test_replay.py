"""Replay against the running gate: under the policy that decided, nothing changes."""

import json
from pathlib import Path

import pytest
import yaml

from tests.builders import pod
from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.processes import Document, run
from tests.service.policies import FAULTS, NAMESPACES, POLICY, manifests, reviews
from tests.service.registry import Registry, registry
from webhook.core.reasons import Reason

UNREACHED = {Reason.FUTURE, Reason.UNCOUNTED, Reason.UNKNOWN_STATUS, Reason.TOO_MANY_IMAGES}
"""What the emulated registry never says, or takes a hundred images."""


@pytest.fixture(scope="module")
def log(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The audit log of a gate that was asked about everything."""
    folder = tmp_path_factory.mktemp("gate")
    (folder / "rules.yaml").write_text(yaml.safe_dump(POLICY, sort_keys=False))
    with registry() as world:
        setup = Setup(registry=world.url, settings={"policyFile": "rules.yaml"})
        with gate(folder, authority, setup) as server:
            asked = ask(server, world)
            server.probe("/healthz")
    lines = server.process.output.all()
    assert len(lines) == asked
    file = folder / "audit.log"
    file.write_bytes(b"".join(b"[pod/gate-1/gate] " + line for line in lines))
    return file


def ask(server: Gate, world: Registry) -> int:
    """Send every review, with the registry well and then out of order; return how many there were."""
    asked = 0
    for manifest in manifests(world):
        for document in reviews(manifest):
            server.judge(document)
            asked += 1
    for fault in FAULTS:
        app = world.app()
        world.emulator.faults.add(fault)
        for document in reviews(pod(app.reference)):
            server.judge(document, timeout="2s")
            asked += 1
        world.emulator.faults.clear()
    return asked


def replayed(log: Path, policy: Path, *options: str) -> Document:
    """Return what the replay says."""
    done = run("replay", "--policy", policy, "--output", "json", *options, log)
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert isinstance(document, dict)
    return document


def test_log_has_every_reason(log: Path) -> None:
    """The tests below are not empty: nearly all reasons are there, in every namespace something is."""
    found = [json.loads(line.removeprefix("[pod/gate-1/gate] ")) for line in log.read_text().splitlines()]
    reasons = {image["reason"] for record in found for image in record["images"]}
    assert set(Reason) - reasons <= UNREACHED
    assert {record["request"]["namespace"] for record in found} == set(NAMESPACES)


def test_same_policy_changes_nothing(log: Path) -> None:
    """Whatever the gate decided, the replay decides, and nothing is left open."""
    found = replayed(log, log.parent / "rules.yaml", "--fail-on-change")
    assert (found["changed"], found["undecided"], found["log"]["unreadable"]) == (0, 0, 0)
    assert found["judged"] == found["log"]["records"] == found["log"]["lines"] > 400


def test_same_rules_in_another_file_change_nothing(log: Path, tmp_path: Path) -> None:
    """A comment makes another file of it; little is left open, and nothing changes."""
    policy = tmp_path / "rules.yaml"
    policy.write_text("# the same\n" + (log.parent / "rules.yaml").read_text())
    found = replayed(log, policy, "--fail-on-change")
    assert (found["changed"], found["log"]["unreadable"]) == (0, 0)
    assert found["undecided"] < found["judged"] / 10


def test_other_policy_changes_what_it_should(log: Path, tmp_path: Path) -> None:
    """One that denies everything turns all that was admitted; exemptions and modes of the old one are gone."""
    policy = tmp_path / "rules.yaml"
    closed = {**POLICY, "rules": [{"name": "closed", "action": "deny"}], "exemptions": []}
    policy.write_text(yaml.safe_dump(closed))
    found = replayed(log, policy, "--list", "3")
    denied = sum('"allowed":false' in line for line in log.read_text().splitlines())
    assert (found["judged"] - found["changed"], found["undecided"]) == (denied, 0)
    assert {change["after"] for change in found["changes"]} == {"denied"}
    assert len(found["listed"]) == 3
