"""What is done with a policy alone, put together: paths in, results out."""

from pathlib import Path

import pytest

from webhook.errors import Invalid, InvalidDocument
from webhook.jobs.policy.inspection import Standing
from webhook.wiring.policies import Owner, explain_policy, inspect_policies, try_policies

POLICY = "apiVersion: scangate.dev/v1\nkind: ScanPolicy\nrules:\n  - name: default\n"
CASES = """
apiVersion: scangate.dev/v1
kind: ScanPolicyTest
policy: ../policy
cases:
  - {name: tag, image: "nginx:1", expect: {reason: unpinned}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a policy of two files, and beside it a folder of cases."""
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "10.yaml").write_text(POLICY.replace("default", "first"))
    (tmp_path / "policy" / "20.yaml").write_text(POLICY)
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "cases.yaml").write_text(CASES)
    return tmp_path


def test_inspection(folder: Path) -> None:
    """Every path is looked at, whatever is wrong with another one."""
    (folder / "wrong.yaml").write_text(POLICY + "    mode: enforced\n")
    said: list[str] = []
    complaints: list[str] = []
    paths = [folder / "wrong.yaml", folder / "policy", folder / "policy" / "20.yaml"]
    found = inspect_policies(paths, labels=True, say=said.append, complain=complaints.append)
    assert found == set(Standing)
    assert complaints == [
        f"{folder}/wrong.yaml:5: rules[0].mode: must be one of audit, enforce, warn, not 'enforced'; "
        "did you mean 'enforce'?"
    ]
    assert any("rule default can never match" in line for line in said)


def test_explanation(folder: Path) -> None:
    """The files of a folder are one policy, in the order of their names."""
    owner = Owner(namespace="shop", labels=None, kind="Deployment", service_account="default")
    assert "rule first  matches everything" in explain_policy(folder / "policy", "nginx:1", owner)


def test_kind_that_is_none(folder: Path) -> None:
    """A kind is one of Kubernetes or has its group."""
    with pytest.raises(Invalid, match="'Rollout' is none of"):
        explain_policy(
            folder / "policy", "a", Owner(namespace="a", labels=None, kind="Rollout", service_account="default")
        )


def test_cases(folder: Path) -> None:
    """The policy of a file of cases is looked for from there."""
    [trial] = try_policies([folder / "cases"])
    assert trial.passed
    assert trial.results[0].finding.rule.name == "first"


def test_policy_that_is_not_there(folder: Path) -> None:
    """A policy that a file of cases names must be there."""
    (folder / "cases" / "cases.yaml").write_text(CASES.replace("../policy", "none.yaml"))
    with pytest.raises(InvalidDocument, match=r"none\.yaml: cannot be read"):
        try_policies([folder / "cases"])


def test_empty_folder(tmp_path: Path) -> None:
    """A folder without a policy is named."""
    with pytest.raises(InvalidDocument, match=rf"^{tmp_path}: has no file of a policy"):
        explain_policy(tmp_path, "a", Owner(namespace="a", labels=None, kind="Pod", service_account="default"))
