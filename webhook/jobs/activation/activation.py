"""The course of it: read, ask, write; over and over until the gate has answered or the time is over."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from webhook.core.deadline import Deadline, Monotonic
from webhook.core.printable import printable
from webhook.core.registration import Registration, Rule, Webhook
from webhook.errors import Conflict, InvalidDocument, LookupFailed
from webhook.jobs.activation.matching import lacking, matched
from webhook.jobs.activation.question import complaint, question

PAUSE_SECONDS = 1.0
"""A pod takes seconds to start; a caBundle is everywhere within one."""


class Registrations(Protocol):
    """The webhook configuration in a cluster."""

    def registration(self, name: str) -> Registration:
        """Return it."""
        ...

    def write_rules(self, of: Registration, rules: Mapping[str, tuple[Rule, ...]]) -> None:
        """Change the rules in that version of it. Raises `Conflict`."""
        ...


class Answer(Protocol):
    """What comes back over HTTP."""

    @property
    def status(self) -> int:
        """The status."""
        ...

    @property
    def body(self) -> bytes:
        """The whole body."""
        ...


Ask = Callable[[Webhook, bytes], Answer]
"""Posts a review to where a webhook is, which must prove who it is by the webhook's caBundle.

Raises `LookupFailed` where no answer comes, and `InvalidDocument` where the caBundle holds no certificate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """The way to the cluster, to the gate, to whoever reads along, and through time."""

    cluster: Registrations
    ask: Ask
    say: Callable[[str], None]
    clock: Monotonic
    pause: Callable[[float], None]

    def run(self, expected: Registration, *, wait: float) -> bool:
        """Bring the rules of *expected* into force; return whether the gate answered within *wait* seconds.

        Raises:
            ClusterFailed: the object is missing or is another one, or a right is, or the API server does not answer.
        """
        deadline = Deadline(self.clock() + wait, self.clock)
        name, last = printable(expected.name), ""
        while (trouble := self._turn(expected)) is not None:
            if trouble != last:
                self.say(f"{name}: waiting: {trouble}")
            last, left = trouble, deadline.remaining()
            if left <= 0:
                self.say(f"{name}: the gate did not answer within {wait:g} seconds, and nothing was changed: {trouble}")
                return False
            self.pause(min(PAUSE_SECONDS, left))
        return True

    def _turn(self, expected: Registration) -> str | None:
        """Try once; return what stood in the way, or None where all is done."""
        live = self.cluster.registration(expected.name)
        for webhook in matched(expected, live):
            trouble = self._trouble(webhook)
            if trouble is not None:
                return f"{printable(webhook.name)}: {trouble}"
        return self._write(live, lacking(expected, live))

    def _trouble(self, webhook: Webhook) -> str | None:
        """Ask the gate behind a webhook; say why an API server would not get an answer, if so."""
        if not webhook.client_config.ca_bundle:
            return "caBundle is empty: nothing vouches for the gate yet"
        try:
            answer = self.ask(webhook, question())
        except (LookupFailed, InvalidDocument) as error:
            return str(error)
        return complaint(answer.status, answer.body)

    def _write(self, live: Registration, rules: Mapping[str, tuple[Rule, ...]]) -> str | None:
        name = printable(live.name)
        if not rules:
            self.say(f"{name}: the gate answers, and its rules are in force already.")
            return None
        try:
            self.cluster.write_rules(live, rules)
        except Conflict as conflict:
            return str(conflict)
        self.say(f"{name}: the gate answers; its rules are in force now.")
        return None
