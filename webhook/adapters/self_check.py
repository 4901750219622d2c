"""The verification of the webhook configuration, run again and again beside the gate, as a process of its own.

The client of the Kubernetes API takes 70 MB. A process that has ended takes none.
"""

import logging
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from webhook.core.printable import printable

VERIFY_SECONDS = 60.0
"""A process needs a second to start, and gives an API server 10 seconds to answer."""

AGAIN_SECONDS = 90.0
"""How long after a first doubt a second look is taken. An upgrade changes the webhook configuration at once and the
file with what is expected within a minute; and a new release is asked only some seconds after it is ready."""

YES, NO = 0, 1
"""Exit codes: nothing gets past the gate; something does. With any other there is no answer."""

NO_ANSWER = 2

MAX_LINES = 50
"""As many findings are told at most, the last ones: the sum is among them."""

UNKNOWN = "not known yet"


@dataclass(frozen=True, slots=True)
class Verification:
    """What is run."""

    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    """Where it is run."""
    patience: float = VERIFY_SECONDS
    """Seconds after which it is ended."""


class SelfCheck:
    """Verifies in a thread, and tells of what it finds. Make and start it after the fork."""

    def __init__(self, verification: Verification, *, interval: float, log: logging.Logger) -> None:
        """Run *verification* at the start, and each time *interval* seconds after it has ended."""
        self.problem: str | None = UNKNOWN
        """Why the API server may not ask the gate as it should, without the details: anybody may see this."""
        self._verification, self._interval, self._log = verification, interval, log
        self._doubted = False
        self._stopping = threading.Event()

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._watch, name="self-check", daemon=True).start()

    def stop(self) -> None:
        """End. A verification that is under way goes on for some seconds, and nobody hears of it."""
        self._stopping.set()

    def take_up(self, code: int, text: str) -> float:
        """Take up how a verification ended and what it said; return the seconds until the next one.

        What is not good is told when it is seen for the second time.
        """
        certain = code == YES or self._doubted
        self._doubted = code != YES
        if not certain:
            self._log.info("self-check: not as expected, or no answer; looking again before that is told")
            return min(self._interval, AGAIN_SECONDS)
        self.problem = _problem(code)
        tell = self._log.info if code == YES else self._log.warning
        for line in text.splitlines()[-MAX_LINES:]:
            tell("self-check: %s", printable(line, limit=1000))
        return self._interval

    def _watch(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            code, text = _run(self._verification)
            if not self._stopping.is_set():
                pause = self.take_up(code, text)


def _run(verification: Verification) -> tuple[int, str]:
    """Return how it ended, and what it said."""
    try:
        done = subprocess.run(  # noqa: S603 - the command is the gate's own
            verification.command,
            env=verification.environment,
            cwd=verification.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=verification.patience,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return NO_ANSWER, f"no answer in {verification.patience:g} seconds"
    except OSError as error:
        return NO_ANSWER, f"could not be started: {error.strerror}"
    text = done.stdout if done.returncode in (YES, NO) else done.stderr
    return done.returncode, text.decode("utf-8", "replace")


def _problem(code: int) -> str | None:
    if code == YES:
        return None
    if code == NO:
        return "requests may pass that the gate should judge, or it cannot be asked; the log says why"
    return "not known: it could not be verified; the log says why"
