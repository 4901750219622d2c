"""The scan of what is shipped, `.ci/scan.py`, with programs in the scanners' places that answer as told."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.processes import ROOT

CLEAN = {"Results": [{"Target": "t", "MisconfSummary": {"Successes": 3}}]}
WEAK = {
    "Results": [
        {
            "Target": "templates/a.yaml",
            "MisconfSummary": {"Successes": 1},
            "Misconfigurations": [{"ID": "KSV-1", "Severity": "HIGH", "Message": "runs as root"}],
        }
    ]
}
FLASK = {"name": "Flask", "version": "1.0", "licenses": [{"license": {"id": "MIT"}}]}
SAFE = {"dependencies": [{"name": "flask", "version": "1.0", "vulns": []}]}
KNOWN = {"dependencies": [{"name": "flask", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}]}


@dataclass(frozen=True)
class Bench:
    """A copy of the scan in a tree of its own."""

    root: Path

    def scanned(self, *, trivy: Any = CLEAN, components: Any = (FLASK,), advisories: Any = SAFE) -> tuple[int, str]:
        """Scan with what the scanners are to find; return the exit code and what is printed."""
        self._program("trivy", {"stdout": trivy})
        self._program("cyclonedx-py", {"file": {"components": list(components)}})
        self._program("pip-audit", {"stdout": advisories})
        return self.run()

    def run(self) -> tuple[int, str]:
        """Scan with the programs that are there."""
        command = [sys.executable, ".ci/scan.py", "bin", "python"]
        done = subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def _program(self, name: str, does: Mapping[str, Any]) -> None:
        program = self.root / "bin" / name
        program.write_text(
            f"#!{sys.executable}\nimport json, sys\nfrom pathlib import Path\ndoes = json.loads({json.dumps(does)!r})\n"
            "print(json.dumps(does['stdout'])) if 'stdout' in does else Path(sys.argv[sys.argv.index('--output-file')"
            " + 1]).write_text(json.dumps(does['file']))\n"
        )
        program.chmod(0o755)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Lay out a tree with the scan, a lock and the values that the chart is scanned with."""
    for folder in (".ci", "bin", "requirements", "tests/charts"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "scan.py", tmp_path / ".ci")
    (tmp_path / "tests/charts/value_sets.py").write_text("EVERYTHING = {}\n")
    (tmp_path / "requirements/runtime.txt").write_text("flask==1.0 \\\n    --hash=sha256:00\n")
    return Bench(tmp_path)


def test_nothing_found(bench: Bench) -> None:
    """It says what was looked at, and that all is well."""
    code, printed = bench.scanned()
    assert code == 0
    assert "bill of materials: 1 packages" in printed
    assert "advisories of runtime.txt: 1 packages" in printed


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"trivy": WEAK}, "KSV-1 HIGH: runs as root"),
        ({"trivy": {"Results": []}}, "nothing was checked"),
        ({"components": [{**FLASK, "version": "1.1"}]}, "flask 1.1 is not in both"),
        ({"components": [FLASK, {**FLASK, "name": "more"}]}, "more 1.0 is not in both"),
        ({"components": [{**FLASK, "licenses": [{"expression": "MIT AND GPL-3.0"}]}]}, "licence of Flask"),
        ({"components": [{**FLASK, "licenses": []}]}, "licence of Flask: none"),
        ({"advisories": KNOWN}, "flask 1.0: PYSEC-1, mended in ['2']"),
    ],
)
def test_findings(bench: Bench, found: Mapping[str, Any], said: str) -> None:
    """Each kind of finding is named, and fails the scan."""
    code, printed = bench.scanned(**found)
    assert code == 1
    assert said in printed


@pytest.mark.parametrize("answer", ["", {"dependencies": [{"name": "flask", "skip_reason": "not found"}]}])
def test_advisories_that_cannot_be_had(bench: Bench, answer: Any) -> None:
    """Where nobody can be asked the scan says so; it neither fails nor says that all is well."""
    code, printed = bench.scanned(advisories=answer)
    assert code == 0
    assert "SKIPPED  advisories of runtime.txt: 0 of" in printed
    assert "passed   advisories" not in printed


def test_scanner_that_fails(bench: Bench) -> None:
    """It ends the scan with what it printed."""
    (bench.root / "bin" / "trivy").write_text("#!/bin/sh\necho no such chart >&2\nexit 3\n")
    (bench.root / "bin" / "trivy").chmod(0o755)
    code, printed = bench.run()
    assert code == 1
    assert "no such chart" in printed
