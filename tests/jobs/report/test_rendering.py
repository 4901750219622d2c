"""A report, as people and programs see it."""

import msgspec

from tests.jobs.replay.again import BAD
from tests.jobs.report.test_summary import summary_of
from tests.records import line_for, line_of, line_with
from webhook.core.reasons import Fault, Reason
from webhook.jobs.report.rendering import NOTHING, render_document, render_text

LOG = (line_with(BAD), line_with(BAD, name="api"), line_for(Reason.EXEMPTED), line_of(None, Fault.OVERLOADED))


def test_text() -> None:
    """What became of requests, and then a table for each question."""
    shown = "\n".join(render_text(summary_of(*LOG), 2))
    assert shown.startswith("Log:\n  lines    4\n  records  4\n  from 2026-11-24T12:00:00.000Z to ")
    assert "Requests:\n  denied                     2\n" in shown
    assert (
        "Images by rule and reason:\n  2  denied    old      over-limits\n  1  exempted  default  exempted\n" in shown
    )
    assert "Requests by namespace:\n  2  denied    shop\n" in shown
    assert "Requests by workload:\n  1  denied  shop/Pod/web\n  1  denied  shop/Pod/api\n  and 1 more\n" in shown
    assert "Requests by user:\n  2  denied    alice\n" in shown
    assert shown.endswith("Without a verdict:\n  1  overloaded")


def test_text_of_a_quiet_log() -> None:
    """It says that there was nothing."""
    assert NOTHING in list(render_text(summary_of(line_for(Reason.WITHIN_LIMITS)), 2))
    assert NOTHING in list(render_text(summary_of(), 2))


def test_document() -> None:
    """It can be written as JSON, and says all that the text says."""
    document = msgspec.json.decode(msgspec.json.encode(render_document(summary_of(*LOG), 1)))
    assert document["requests"] == {"denied": 2, "not enforced": 0, "warned": 0, "exempted": 1, "allowed": 0}
    assert document["noVerdict"] == {"overloaded": 1}
    assert document["users"] == {
        "top": [{"outcome": "denied", "user": "alice", "count": 2}],
        "others": 1,
        "tooLowByUpTo": 0,
    }
    assert document["reasons"]["top"] == [
        {"outcome": "denied", "rule": "old", "reason": "over-limits", "count": 2}
    ]  # fmt: skip


def test_strangers_texts_are_safe_to_show() -> None:
    """Names in a log may hold anything; a terminal gets printable ASCII."""
    line = line_with(BAD, name="\x1b[2J\n", namespace="é", userInfo={"username": "\u202e"})
    assert all(one.isascii() and one.isprintable() for one in render_text(summary_of(line), 5))
