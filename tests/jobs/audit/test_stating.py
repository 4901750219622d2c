"""The state of the last audit."""

from tests.jobs.audit.samples import BAD, audited, finding
from tests.jobs.audit.test_collecting import judged, report
from webhook.core.audit_state import parse_audit_state, state_of
from webhook.jobs.audit.stating import State


class Board:
    """Keeps what is put there."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.texts: list[str] = []

    def put(self, text: str) -> None:
        """Keep it."""
        self.texts.append(text)


def test_at_the_end() -> None:
    """It is written once, when all is counted."""
    board, whole = Board(), report(judged(finding(BAD)))
    state = State(board)
    state.owner(audited(finding(BAD)))
    assert board.texts == []
    state.finish(whole)
    assert [parse_audit_state(text, "it") for text in board.texts] == [state_of(whole)]
