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


_Asked = tuple[Workload, tuple[Image, ...]]


class _Shelf(NamedTuple):
    """What is known under one policy and one table; it goes with them, or it would keep them."""

    policy: Policy
    table: Table
    verdicts: dict[_Asked, tuple[float, Verdict]]
    """Each with the moment until which it is known."""


class Repeats:
    """A gate that knows again what it has just admitted; safe to use from many threads."""

    def __init__(self, gate: Gate, clock: Monotonic) -> None:
        """Have *gate* judge what is not known."""
        self.gate, self._clock = gate, clock
        self._shelf = _Shelf(gate.policy(), gate.table(), {})

    def decide(self, workload: Workload, images: Sequence[Image], deadline: Deadline) -> Verdict:
        """Decide about a pod. Raises as the gate does."""
        asked, now = (workload, tuple(images)), self._clock()
        # Taken before the gate takes its own: a verdict by newer ones lies where nobody looks any more.
        verdicts = self._verdicts()
        until, verdict = verdicts.get(asked, (now, None))
        if verdict is None or now >= until:
            verdict = self.gate.decide(workload, images, deadline)
            if verdict.plain:
                if len(verdicts) >= MOST:
                    verdicts.clear()
                verdicts[asked] = (now + REPEAT_SECONDS, verdict)
        return verdict

    def _verdicts(self) -> dict[_Asked, tuple[float, Verdict]]:
        """Return what is known under the policy and the table that are in force."""
        policy, table, shelf = self.gate.policy(), self.gate.table(), self._shelf
        if shelf.policy is not policy or shelf.table is not table:
            shelf = self._shelf = _Shelf(policy, table, {})
        return shelf.verdicts
