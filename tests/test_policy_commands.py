"""The commands about a policy alone: what they print, and their exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.processes import ROOT, run
from webhook.cli import commands

EXAMPLE = ROOT / "examples" / "policy.yaml"

POLICY = """\
apiVersion: scangate.dev/v1
kind: ScanPolicy
rules:
  - name: default
    mode: enforce
"""

CASES = """
apiVersion: scangate.dev/v1
kind: ScanPolicyTest
policy: {policy}
cases:
  - {{name: by tag, image: "nginx:1", expect: {{reason: {reason}}}}}
"""


def invoked(*arguments: str | Path) -> Result:
    """Return what a command did."""
    return CliRunner().invoke(commands, ["policy", *map(str, arguments)])


def cases(folder: Path, reason: str) -> Path:
    """Write a file of one case, which is refused as unpinned, and return it."""
    (folder / "cases.yaml").write_text(CASES.format(policy=EXAMPLE, reason=reason))
    return folder / "cases.yaml"


@pytest.mark.parametrize("command", ["check", "schema", "explain", "test"])
def test_help_teaches(command: str) -> None:
    """Every command says what it is for."""
    shown = invoked(command, "--help")
    assert shown.exit_code == 0
    assert len(shown.output.splitlines()) > 8


def test_check() -> None:
    """The example of a policy is right."""
    shown = invoked("check", EXAMPLE)
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert shown.stdout == f"{EXAMPLE}: a policy of 1 rule, 0 exemptions, 0 ignored vulnerabilities\n"


def test_check_of_an_odd_one(tmp_path: Path) -> None:
    """Warnings are an exit code of their own only where that is asked for."""
    file = tmp_path / "policy.yaml"
    file.write_text(POLICY + "  - name: late\n")
    assert invoked("check", file).exit_code == 0
    shown = invoked("check", "--strict", file)
    assert shown.exit_code == 1
    assert f"{file}: warning: rule late can never match" in shown.stdout


def test_check_of_labels(tmp_path: Path) -> None:
    """That labels are asked for is odd unless the gate knows them."""
    file = tmp_path / "policy.yaml"
    rule = "  - {name: prod, match: {namespaceLabels: {stage: prod}}}\n"
    file.write_text(POLICY.replace("rules:\n", f"rules:\n{rule}"))
    assert invoked("check", "--strict", file).exit_code == 1
    assert invoked("check", "--strict", "--labels", file).exit_code == 0


def test_check_of_a_wrong_one(tmp_path: Path) -> None:
    """An error names file, line, field, value and the nearest right word, on standard error."""
    file = tmp_path / "policy.yaml"
    file.write_text(POLICY.replace("enforce", "enforcing"))
    shown = invoked("check", file)
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert shown.stderr == (
        f"scangate: {file}:5: rules[0].mode: must be one of audit, enforce, warn, not 'enforcing'; "
        "did you mean 'enforce'?\n"
    )


def test_schema() -> None:
    """The schema is printed as it is published."""
    shown = invoked("schema")
    assert shown.stdout == (ROOT / "docs" / "scan-policy.schema.json").read_text(encoding="utf-8")
    assert json.loads(shown.stdout)["title"] == "ScanPolicy"


def test_explain() -> None:
    """The rule is named, and the labels count."""
    shown = invoked("explain", "--policy", EXAMPLE, "--image", "nginx:1", "--namespace-label", "stage=prod")
    assert shown.exit_code == 0
    assert "rule default  matches everything" in shown.stdout
    assert "labels stage=prod" in shown.stdout


@pytest.mark.parametrize("label", ["stage", "=prod"])
def test_label_that_is_none(label: str) -> None:
    """A label has a key and a value."""
    shown = invoked("explain", "--policy", EXAMPLE, "--image", "nginx:1", "--namespace-label", label)
    assert shown.exit_code == 2
    assert f"'{label}' is not KEY=VALUE" in shown.stderr


@pytest.mark.parametrize(("reason", "code"), [("unpinned", 0), ("missing", 1)])
def test_test(tmp_path: Path, reason: str, code: int) -> None:
    """Exit code 1 says that a case came out otherwise."""
    shown = invoked("test", cases(tmp_path, reason))
    assert shown.exit_code == code
    assert shown.stdout.endswith(f"1 case, {code} failed\n")


def test_report_in_a_file(tmp_path: Path) -> None:
    """A report for CI goes to a file, and nothing to standard output."""
    report = tmp_path / "report.xml"
    shown = invoked("test", "--format", "junit", "--output", report, cases(tmp_path, "missing"))
    assert (shown.exit_code, shown.output) == (1, "")
    assert 'failures="1"' in report.read_text()


def test_files_that_are_wrong(tmp_path: Path) -> None:
    """A mistake in a file of cases is one line and exit code 2."""
    done = run("policy", "test", cases(tmp_path, "odd"))
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    assert line.startswith(f"scangate: {tmp_path}/cases.yaml:6: cases[0].expect.reason: must be one of ")
