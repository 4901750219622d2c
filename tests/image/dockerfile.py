"""The Dockerfile, instruction by instruction."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.processes import ROOT

DOCKERFILE = ROOT / "Dockerfile"


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction, its continuation lines put together."""

    stage: int
    """Number of the `FROM` that it stands under, from 1; 0 before the first."""
    name: str
    text: str


def instructions() -> list[Instruction]:
    """Return every instruction, in order."""
    lines = [line for line in DOCKERFILE.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    whole = re.sub(r"\\\n\s*", "", "\n".join(lines))
    found: list[Instruction] = []
    stage = 0
    for line in filter(None, whole.splitlines()):
        name, _, text = line.partition(" ")
        stage += name == "FROM"
        found.append(Instruction(stage, name, text))
    return found


def arguments() -> dict[str, str]:
    """Return the arguments of the build stage, with their defaults."""
    texts = [one.text for one in instructions() if (one.stage, one.name) == (1, "ARG")]
    return dict(text.split("=", 1) for text in texts)


def commands(prefix: Path, python: Path) -> list[str]:
    """Return the commands of the build stage, to be run below *prefix* in the place of the root, by *python*."""
    runs = [one.text for one in instructions() if (one.stage, one.name) == (1, "RUN")]
    return [re.sub(r"\bpython -m", f"{python} -m", run.replace("/opt/", f"{prefix}/opt/")) for run in runs]
