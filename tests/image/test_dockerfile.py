"""What stands in the Dockerfile."""

import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.image.dockerfile import DOCKERFILE, arguments, instructions
from tests.processes import ROOT


def test_linter_has_nothing_to_say() -> None:
    """hadolint finds no fault, down to matters of style."""
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run(
        [hadolint, "--failure-threshold", "style", DOCKERFILE], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_result_has_no_root_and_runs_no_shell() -> None:
    """It runs as the user that the chart names, by an entry point that needs no shell."""
    last = max(one.stage for one in instructions())
    result = {one.name: one.text for one in instructions() if one.stage == last}
    assert result["USER"] == "65532:65532"
    assert result["ENTRYPOINT"].startswith('["/usr/bin/python3"')
    assert "RUN" not in result


def test_bases_are_arguments() -> None:
    """Both base images can be named by digest."""
    assert [one.text for one in instructions() if one.name == "FROM"] == ["${BUILD_IMAGE} AS build", "${RUNTIME_IMAGE}"]


def locked(name: str) -> dict[str, str]:
    """Return the versions that a file of requirements names, each of which must have hashes."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    blocks = [block for block in text.split("\n") if "==" in block]
    assert all(block.endswith("\\") for block in blocks)
    return {canonicalize_name(block.split("==")[0]): block.split("==")[1].split()[0] for block in blocks}


def test_lock_has_every_dependency_in_a_version_that_is_allowed() -> None:
    """What the image holds is what the tests ran with, as far as pyproject.toml can say it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for file, written in (
        ("runtime.txt", project["project"]["dependencies"]),
        ("tracing.txt", [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["tracing"]]),
        ("build.txt", project["build-system"]["requires"]),
    ):
        versions = locked(file)
        for requirement in map(Requirement, written):
            assert requirement.specifier.contains(versions[canonicalize_name(requirement.name)]), requirement.name


def test_traces_are_sent_by_those_who_want_it() -> None:
    """The image has nothing for that unless it is asked for; then it has that beside all else, which stays as it is."""
    assert arguments() == {"REQUIREMENTS": "runtime"}
    assert locked("runtime.txt").items() < locked("tracing.txt").items()
    more = locked("tracing.txt").keys() - locked("runtime.txt").keys()
    assert {name for name in more if not name.startswith("opentelemetry-")} == {"googleapis-common-protos", "protobuf"}


def test_lock_names_no_place() -> None:
    """Where packages come from is for whoever builds to say."""
    for file in (ROOT / "requirements").glob("*.txt"):
        assert "://" not in file.read_text(encoding="utf-8")
        assert "--find-links" not in file.read_text(encoding="utf-8")
