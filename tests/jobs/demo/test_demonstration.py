"""The course of the demonstration, with stand-ins for both servers.

The real servers take part in `tests/documents/test_readme.py` and in `make run`.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.jobs.demo.test_examples import POD
from tests.jobs.demo.test_outcomes import answer, record
from webhook.adapters.files import load_all
from webhook.errors import InvalidDocument, ScangateError
from webhook.jobs.demo.demonstration import Fetch, Tools, demonstrate
from webhook.jobs.demo.stage import Ports, Stage

LISTEN = """
import json, sys, time
name = sys.argv[1]
urls = {"url": "http://registry"} if name == "emulate" else {"reviews": "https://gate", "probes": "http://probes"}
print(json.dumps({"message": "listening", **urls}), file=sys.stderr, flush=True)
if name == ENDS:
    sys.exit(3)
time.sleep(600)
"""


def command(ends: str = "") -> tuple[str, ...]:
    """Return the command of both stand-ins; the one that *ends* does so when it listens."""
    return (sys.executable, "-c", f"ENDS = {ends!r}\n{LISTEN}")


@dataclass
class Gate:
    """A stand-in for the gate behind HTTPS: it answers, and writes its audit log."""

    stage: Stage
    allowed: bool = False
    reason: str = "missing"
    ready: int = 200
    called: list[str] = field(default_factory=list)

    def connect(self, authority: Path) -> Fetch:
        """Check that the authority is there, as a client would."""
        assert authority.read_text().startswith("-----BEGIN CERTIFICATE-----")
        return self.fetch

    def fetch(self, url: str, body: bytes | None) -> tuple[int, bytes]:
        """Answer any review alike."""
        self.called.append(url)
        if body is None:
            return self.ready, b'{"ready": false}'
        uid = json.loads(body)["request"]["uid"]
        with (self.stage.folder / "gate.out").open("a") as log:
            log.write(record(self.allowed, self.reason, uid=uid) + "\n")
        return 200, answer(self.allowed, uid)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Lay out a folder with two examples, both of which expect `deny missing`."""
    pods = tmp_path / "examples" / "pods"
    pods.mkdir(parents=True)
    (pods / "1.json").write_text(json.dumps(POD))
    (pods / "2.json").write_text(json.dumps({**POD, "kind": "Job"}))
    return Stage(tmp_path / "examples", tmp_path / "run")


def tools(gate: Gate, said: list[str], *, wait: Callable[[float], None] = time.sleep, ends: str = "") -> Tools:
    """Put the stand-ins in the place of the world outside."""
    return Tools(
        command=command(ends),
        read=load_all,
        connect=gate.connect,
        say=said.append,
        now=lambda: datetime(2026, 1, 1, tzinfo=UTC),
        wait=wait,
    )


@pytest.mark.parametrize(("reason", "right"), [("missing", True), ("unpinned", False)])
def test_it_tells_whether_all_went_as_expected(stage: Stage, reason: str, right: bool) -> None:
    """Every example is asked about; one decision that is not the expected one makes it fail."""
    said: list[str] = []
    gate = Gate(stage, reason=reason)

    result = demonstrate(stage, tools(gate, said), ports=Ports(0, 0, 0), once=True)

    text = "\n".join(said)
    assert result is right
    assert gate.called == ["http://probes/readyz", *["https://gate/validate?timeout=10s"] * 2]
    assert "pod/web" in text
    assert "job/web" in text
    assert "denied the request: no" in text
    assert f'"reason": "{reason}"' in text
    assert ("2 requests judged, each as expected." in text) is right
    assert ("<- expected: deny missing" in text) is not right


def test_a_denial_is_shown_only_where_there_is_one(stage: Stage) -> None:
    """Where everything is admitted there is no denial to show."""
    said: list[str] = []

    demonstrate(stage, tools(Gate(stage, allowed=True), said), ports=Ports(), once=True)

    assert "denied the request" not in "\n".join(said)


def test_it_goes_on_until_ctrl_c(stage: Stage) -> None:
    """Without *once* it says how to ask by hand, shows new records as they come, and stops at Ctrl-C."""
    said: list[str] = []
    log = stage.folder / "gate.out"

    def moments() -> Iterator[None]:
        with log.open("a") as records:
            records.write("a new record\n")
        yield
        yield
        raise KeyboardInterrupt

    steps = moments()

    def wait(seconds: float) -> None:
        if any("curl" in text for text in said):
            next(steps)
        else:
            time.sleep(seconds)

    result = demonstrate(stage, tools(Gate(stage), said, wait=wait), ports=Ports(), once=False)

    invitation = next(text for text in said if "curl" in text)
    assert result
    assert f"--cacert {stage.authority} 'https://gate/validate?timeout=10s'" in invitation
    assert f"@{stage.question('web')}" in invitation
    assert "http://registry/container-registry/v1/scans/<scan id>" in invitation
    assert said[-2:] == ["a new record", "\nStopped."]


@pytest.mark.parametrize(("ends", "name"), [("serve", "gate"), ("emulate", "registry")])
def test_a_server_that_ends_on_its_own_is_told(stage: Stage, ends: str, name: str) -> None:
    """It does not go on with half of its cast."""
    with pytest.raises(ScangateError, match=f"the {name} ended on its own"):
        demonstrate(stage, tools(Gate(stage), [], ends=ends), ports=Ports(), once=False)


def test_a_gate_that_is_not_ready_is_told(stage: Stage) -> None:
    """What the gate says about its readiness is shown, and nothing is asked."""
    gate = Gate(stage, ready=503)

    with pytest.raises(ScangateError, match=r"the gate is not ready: .*false"):
        demonstrate(stage, tools(gate, []), ports=Ports(), once=True)

    assert gate.called == ["http://probes/readyz"]


def test_a_folder_without_examples_is_refused(tmp_path: Path) -> None:
    """Nothing to judge is not a success."""
    (tmp_path / "pods").mkdir()
    stage = Stage(tmp_path, tmp_path / "run")

    with pytest.raises(InvalidDocument, match="holds no example"):
        demonstrate(stage, tools(Gate(stage), []), ports=Ports(), once=True)
