"""Policies as files, and how a test looks at one that is reloaded."""

import time
from collections.abc import Callable
from pathlib import Path

from webhook.adapters.files import load
from webhook.adapters.reload import Reloaded
from webhook.core.policy import Policy
from webhook.core.policy_file import parse_policy

INTERVAL = 0.01
"""Seconds between two looks."""

PATIENCE = 20.0
"""Seconds after which something that should happen never will."""


def policy_text(critical: int) -> str:
    """Return a policy that lets *critical* critical findings and as many high ones pass."""
    return (
        "apiVersion: scangate.dev/v1\nkind: ScanPolicy\nrules:\n"
        f"  - name: default\n    limits: {{critical: {critical}, high: {critical}}}\n"
    )


def read_policy(file: Path) -> Callable[[Policy | None], Policy]:
    """Return what reads the policy in *file*."""
    return lambda _current: parse_policy(load(file))


def critical(policies: Reloaded[Policy]) -> object:
    """Return the limit that is in force."""
    return policies.value().rules[-1].limits.critical


def look(reloaded: Reloaded[Policy], times: int = 2) -> None:
    """Look as often as a file needs that has come to rest."""
    for _ in range(times):
        reloaded.look()


def eventually(true: Callable[[], bool]) -> bool:
    """Wait until *true* is, for a time that only a defect can use up."""
    end = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < end:
        time.sleep(INTERVAL)
    return true()
