"""The self-check that the configuration asks for, put together."""

import logging
import os
import sys
from pathlib import Path

import webhook
from webhook.adapters.self_check import SelfCheck, Verification
from webhook.adapters.streams import LOGGER
from webhook.core.times import parse_duration
from webhook.wiring.loading import Loaded

PACKAGE_ROOT = Path(webhook.__file__).parents[1]
"""The command runs here, so that it is this package that it imports, however this process found it."""

NOT_PASSED_ON = ("YC_", "SCANGATE_")
"""Beginnings of variables with which the cluster's API has nothing to do; some of them hold secrets."""

PROXY = "_PROXY"
"""The end of others: the way to the cloud is not that to the cluster."""


def self_check(loaded: Loaded) -> SelfCheck | None:
    """Return the self-check that is wanted, not yet started; None where none is."""
    wanted = loaded.settings.self_check
    if wanted is None:
        return None
    files = {
        "--expected": loaded.base / wanted.expected_file,
        "--certificate": loaded.base / loaded.settings.server.tls.cert_file,
    }
    options = [part for name, file in files.items() for part in (name, str(file.absolute()))]
    command = [sys.executable, "-m", "webhook", "verify", "--webhook", wanted.webhook, *options]
    verification = Verification(command, environment(dict(os.environ)), PACKAGE_ROOT)
    return SelfCheck(verification, interval=parse_duration(wanted.interval), log=logging.getLogger(LOGGER))


def environment(mine: dict[str, str]) -> dict[str, str]:
    """Return what the verification sees of the gate's environment."""
    return {
        name: value
        for name, value in mine.items()
        if not name.startswith(NOT_PASSED_ON) and not name.upper().endswith(PROXY)
    }


class Checked:
    """The self-check of the moment: another one takes its place when the configuration changes what it does."""

    def __init__(self, loaded: Loaded) -> None:
        """Begin, if *loaded* asks for it. Threads begin here, after the fork."""
        self._settings = loaded.settings.self_check
        self._check = self_check(loaded)
        if self._check is not None:
            self._check.start()

    def following(self, loaded: Loaded) -> "Checked":
        """Return the one for what was *loaded* now: this one, or another one in its place."""
        if loaded.settings.self_check == self._settings:
            return self
        self.stop()
        return Checked(loaded)

    def stop(self) -> None:
        """End it."""
        if self._check is not None:
            self._check.stop()

    def notes(self) -> dict[str, str | None]:
        """Say what is wrong with the registration; nothing at all where nobody looks."""
        return {} if self._check is None else {"registration": self._check.problem}
