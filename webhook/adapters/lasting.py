"""Answers of the registry that are kept to the end of a run, however soon a gate would ask again."""

from collections.abc import Callable
from dataclasses import dataclass

from webhook.adapters.memory import Answer, Key
from webhook.adapters.remembered import LONG_SECONDS, Ask
from webhook.core.deadline import Deadline
from webhook.errors import LookupFailed, Unavailable


@dataclass(frozen=True, slots=True)
class _Refused:
    """An answer as well: that there is no such thing, or that it may not be seen."""

    failure: LookupFailed


def lasting(ask: Ask) -> Ask:
    """Return what asks as *ask* does, and has every answer kept: an audit asks about an image once.

    That the registry did not answer is no answer. That is forgotten as soon as it always is. Whatever else asks the
    same memory must ask it like this, too.
    """

    def asked(
        key: Key, fetch: Callable[[], Answer], deadline: Deadline, seconds: Callable[[Answer], float]
    ) -> tuple[Answer, bool]:
        def answered() -> Answer | _Refused:
            try:
                return fetch()
            except Unavailable:
                raise
            except LookupFailed as error:
                return _Refused(error)

        answer, cached = ask(key, answered, deadline, lambda _: LONG_SECONDS)
        if isinstance(answer, _Refused):
            raise answer.failure.again() from answer.failure
        return answer, cached

    return asked
