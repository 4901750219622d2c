"""Pods like one of a moment ago: a ReplicaSet makes hundreds that are alike, and they are judged once a second.

Only what passes without a word is known again, and only where memory had answered everything. It is known by all that
it was judged by: the images with their annotations, whose they are, and the policy and the table of then. Whatever is
different is judged.
"""

from collections.abc import Sequence
from typing import NamedTuple

from webhook.core.deadline import Deadline, Monotonic
from webhook.core.matching import Workload
from webhook.core.pods import Image
from webhook.core.policy import Policy
from webhook.core.table import Table
from webhook.core.verdict import Verdict
from webhook.gate import Gate

REPEAT_SECONDS = 1.0
"""For so long scans and ages are taken to be what they were; failures are remembered for as long."""

MOST = 256
"""Verdicts that are known at the same time."""


class _Known(NamedTuple):
    policy: Policy
    table: Table
    until: float
    verdict: Verdict


class Repeats:
    """A gate that knows again what it has just admitted; safe to use from many threads."""

    def __init__(self, gate: Gate, clock: Monotonic) -> None:
        """Have *gate* judge what is not known."""
        self.gate, self._clock = gate, clock
        self._known: dict[tuple[Workload, tuple[Image, ...]], _Known] = {}

    def decide(self, workload: Workload, images: Sequence[Image], deadline: Deadline) -> Verdict:
        """Decide about a pod. Raises as the gate does."""
        asked, now = (workload, tuple(images)), self._clock()
        # Before the gate takes them: a verdict by newer ones is kept under these, and so never found.
        policy, table = self.gate.policy(), self.gate.table()
        known = self._known.get(asked)
        if known is not None and known.policy is policy and known.table is table and now < known.until:
            return known.verdict
        verdict = self.gate.decide(workload, images, deadline)
        if verdict.plain:
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[asked] = _Known(policy, table, now + REPEAT_SECONDS, verdict)
        return verdict
