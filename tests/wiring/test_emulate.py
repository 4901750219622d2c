"""The emulated registry as a process."""

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

WORLD = """
images:
  - name: crp1/shop/api
    digest: sha256:1f6a0c8b6f5c2f5c0a4d6f0e1d2c3b4a5968778695a4b3c2d1e0f1a2b3c4d5e6
    scans: [{id: che1, status: READY, scannedAt: 2h ago, vulnerabilities: {high: 4}}]
"""


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_a_signal(tmp_path: Path, stop: signal.Signals) -> None:
    """It says where it listens, answers, and ends with exit code 0 when it is told to."""
    (tmp_path / "world.yaml").write_text(WORLD)
    command = [sys.executable, "-m", "webhook", "emulate", str(tmp_path / "world.yaml"), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        url = json.loads(process.stderr.readline())["url"]
        asked = urllib.request.Request(f"{url}/container-registry/v1/scans/che1", headers={"Authorization": "Bearer x"})  # noqa: S310
        with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310 - an address of this machine
            assert json.loads(answer.read())["vulnerabilities"] == {"high": "4"}
        process.send_signal(stop)
        assert process.wait(30) == 0


def test_a_world_that_is_none_is_refused(tmp_path: Path) -> None:
    """The file and the field are named, and nothing is served."""
    (tmp_path / "world.yaml").write_text("imagess: []")
    command = [sys.executable, "-m", "webhook", "emulate", str(tmp_path / "world.yaml")]
    done = subprocess.run(command, capture_output=True, timeout=30, check=False)
    assert done.returncode == 2
    assert b"world.yaml" in done.stderr
    assert b"imagess" in done.stderr
