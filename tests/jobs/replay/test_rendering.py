"""A replay, as people and programs see it."""

from dataclasses import replace

import msgspec

from tests.builders import scanned
from tests.jobs.replay.again import BAD, ignoring, policy
from tests.jobs.replay.test_summary import found
from tests.records import line_with
from webhook.core.policy import Limits, Rule
from webhook.jobs.replay.rendering import NOTHING, render_document, render_text

LOG = (line_with(BAD), line_with(BAD, name="api"), line_with(BAD, name="api"), line_with(scanned()))


def test_text() -> None:
    """Numbers first, then whose decisions change, why, and the first of them at length."""
    shown = "\n".join(render_text(found(*LOG, listed=1), 1))
    assert "decisions about images              4\n  that change                       3\n" in shown
    assert "Changes:\n  3  denied -> allowed\n" in shown
    assert "By workload:\n  2  denied -> allowed  shop/Pod/api\n  and 1 more\n" in shown
    assert "  3  denied -> allowed  old: over-limits  ->  loose: within-limits\n" in shown
    assert "The first 1 of 3:\n  2026-11-24T12:00:00.000Z shop/Pod/web (alice), uid 705ab4f5" in shown
    assert NOTHING not in shown


def test_text_where_nothing_changes() -> None:
    """It says so, and why what is undecided is."""
    assert NOTHING in list(render_text(found(LOG[3]), 1))
    undecided = found(*LOG, by=replace(policy(Rule(name="new")), exceptions=ignoring()))
    shown = list(render_text(undecided, 1))
    assert shown[-2:] == [
        "Undecided, because the other policy asks for what the records do not have:",
        "  3  the findings are not recorded, or not all of them",
    ]


def test_document() -> None:
    """It can be written as JSON, and says all that the text says."""
    document = msgspec.json.decode(msgspec.json.encode(render_document(found(*LOG, listed=1), 1)))
    assert (document["kind"], document["judged"], document["changed"], document["undecided"]) == (
        "ReplayReport", 4, 3, 0,
    )  # fmt: skip
    assert document["changes"] == [{"before": "denied", "after": "allowed", "count": 3}]
    assert document["workloads"]["others"] == 1
    [cause] = document["causes"]["top"]
    assert cause["causeAfter"] == {"rule": "loose", "reason": "within-limits"}
    [change] = document["listed"]
    assert (change["workload"], change["before"], change["after"]) == ("shop/Pod/web", "denied", "allowed")


def test_strangers_texts_are_safe_to_show() -> None:
    """Names in a log may hold anything; a terminal gets printable ASCII."""
    line = line_with(BAD, name="\x1b[2J\n", namespace="é", userInfo={"username": "\u202e"})
    summary = found(line, by=policy(Rule(name="new", limits=Limits(critical=5))))
    assert summary.changed == 1
    assert all(one.isascii() and one.isprintable() for one in render_text(summary, 5))
