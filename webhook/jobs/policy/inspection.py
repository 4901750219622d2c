"""One policy looked over: what is wrong with it, or what somebody should look at."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from webhook.core.policy import Policy
from webhook.core.policy_warnings import warnings
from webhook.errors import InvalidDocument


class Standing(Enum):
    """What came of it."""

    RIGHT = "right"
    ODD = "odd"
    """A gate would take it; there are warnings."""
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """How policies are looked over."""

    now: datetime
    labels: bool
    """Whether the gate knows labels of namespaces."""
    say: Callable[[str], None]
    complain: Callable[[str], None]

    def of(self, name: str, read: Callable[[], Policy]) -> Standing:
        """Look a policy over that is called *name*, and say what is found."""
        try:
            policy = read()
        except InvalidDocument as error:
            self.complain(str(error))
            return Standing.WRONG
        found = warnings(policy, self.now, labels=self.labels)
        for warning in found:
            self.say(f"{name}: warning: {warning}")
        exceptions = policy.exceptions
        parts = {
            "rule": len(policy.rules),
            "exemption": len(exceptions.exemptions),
            "ignored vulnerability": len(exceptions.ignored),
        }
        self.say(f"{name}: a policy of {', '.join(_number(count, noun) for noun, count in parts.items())}")
        return Standing.ODD if found else Standing.RIGHT


def _number(count: int, noun: str) -> str:
    plural = f"{noun.removesuffix('y')}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count} {noun if count == 1 else plural}"
