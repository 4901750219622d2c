"""What every report says of its log."""

from tests.builders import NOW
from webhook.core.audit_logs import Reading, Unreadable
from webhook.core.log_notes import reading_document, reading_lines, rest_lines, tally_document
from webhook.core.tallies import Tally

UNREADABLE = [Unreadable("audit\x1b.log", 7, "not an audit record: x")]
TROUBLED = Reading(
    lines=20, records=10, outside=4, foreign=3, unreadable=3, first_unreadable=UNREADABLE, first=NOW, last=NOW
)


def test_what_was_read_is_said() -> None:
    """Records and their span come first; what was left out follows, and where the unreadable lines are."""
    assert list(reading_lines(TROUBLED)) == [
        "Log:",
        "  lines                        20",
        "  records                      10",
        "  records outside of the span   4",
        "  something else                3",
        "  unreadable                    3",
        "  from 2026-11-24T12:00:00.000Z to 2026-11-24T12:00:00.000Z",
        r"  audit\u001b.log:7: not an audit record: x",
    ]
    assert list(reading_lines(Reading())) == ["Log:", "  lines    0", "  records  0"]


def test_document_says_the_same() -> None:
    """Each number has its field."""
    document = reading_document(TROUBLED)
    assert [document[name] for name in ("lines", "records", "outsideSpan", "otherLines", "unreadable")] == [
        20, 10, 4, 3, 3,
    ]  # fmt: skip
    assert document["firstUnreadable"][0]["line"] == 7
    assert reading_document(Reading())["first"] is None


def test_what_a_table_leaves_out_is_said() -> None:
    """How many are not shown, and how far a count may be wrong."""
    tally: Tally[str] = Tally(kept=2)
    for name in ["a"] * 9 + ["b"] * 3 + ["c", "d", "e"]:
        tally.add(name)
    assert list(rest_lines(tally, 1)) == [
        "  and 6 more",
        "  More different ones than are counted each: a number may be too low by up to 1.",
    ]
    assert tally_document(tally, 1, lambda name: {"name": name}) == {
        "top": [{"name": "a", "count": 9}],
        "others": 6,
        "tooLowByUpTo": 1,
    }
    assert list(rest_lines(Tally[str](), 1)) == []
