"""Audit logs of any length, and what it takes to read them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import yaml

from tests.processes import ROOT, clean_environment
from tests.records import line_for
from webhook.core.reasons import Reason

POLICY = {
    "apiVersion": "scangate.dev/v1",
    "kind": "ScanPolicy",
    "rules": [
        {"name": "vendors", "action": "allow", "match": {"images": ["docker.io/**"]}},
        {"name": "shop", "match": {"namespaces": ["shop-*"]}, "limits": {"critical": 3, "low": 9}},
        {"name": "default"},
    ],
}
"""Not the one that decided: some decisions change."""

NAMESPACES, NAMES, USERS = 50, 70_001, 30_011
"""How many different ones there are: too many names to count each."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took."""

    seconds: float
    """Of a processor."""
    peak: int
    """Bytes of memory."""


def lines(number: int) -> Iterator[bytes]:
    """Yield as many lines: every reason in turn, but the one of a hundred images."""
    usual = [line_for(reason) for reason in Reason if reason is not Reason.TOO_MANY_IMAGES]
    for index, line in enumerate(islice(cycle(usual), number)):
        yield (
            line.replace(b'"namespace":"shop"', b'"namespace":"shop-%d"' % (index % NAMESPACES))
            .replace(b'"name":"web"', b'"name":"web-%d"' % (index % NAMES))
            .replace(b'"user":"alice"', b'"user":"user-%d"' % (index % USERS))
        )


def write(file: Path, number: int) -> None:
    """Write a log of *number* lines."""
    with file.open("wb") as stream:
        stream.writelines(lines(number))


def write_policy(folder: Path) -> Path:
    """Write the policy, and return its file."""
    file = folder / "policy.yaml"
    file.write_text(yaml.safe_dump(POLICY), encoding="utf-8")
    return file


def measure(command: str, policy: Path, log: Path) -> Cost:
    """Run `replay` or `report` on a log, to its end."""
    options = ("--policy", policy) if command == "replay" else ()
    with subprocess.Popen(
        [sys.executable, "-m", "webhook", command, *options, log],
        cwd=ROOT,
        env=clean_environment(),
        stdout=subprocess.DEVNULL,
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"scangate {command} ended with {process.returncode}"
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)
