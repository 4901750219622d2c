"""A replay for people and for programs."""

from collections.abc import Iterator
from typing import Any

from webhook.core.columns import columns
from webhook.core.log_notes import reading_document, reading_lines, rest_lines, tally_document
from webhook.core.times import render_time
from webhook.jobs.replay.summary import Change, Summary, Turn

NOTHING = "Every decision that can be made again stays what it was."


def render_text(summary: Summary, top: int) -> Iterator[str]:
    """Return the lines of a report with tables of up to *top* rows."""
    yield from reading_lines(summary.reading)
    yield ""
    yield from columns(
        [
            ("decisions about images", summary.judged),
            ("  that change", summary.changed),
            ("  that stay", summary.judged - summary.changed - summary.undecided),
            ("  undecided", summary.undecided),
            ("requests without an image to judge", summary.not_judged),
            ("requests without a verdict", summary.no_verdict),
        ],
        indent="",
    )
    yield from _changes(summary, top) if summary.changed else ("", NOTHING)
    if summary.undecided:
        yield from ("", "Undecided, because the other policy asks for what the records do not have:")
        yield from columns([(number, doubt.value) for doubt, number in summary.doubts.most_common()])


def _changes(summary: Summary, top: int) -> Iterator[str]:
    yield from ("", "Changes:")
    yield from columns([(number, str(turn)) for turn, number in summary.turns.most_common()])
    yield from ("", "By workload:")
    workloads = summary.workloads
    yield from columns([(number, str(turn), name) for (name, turn), number in workloads.top(top)])
    yield from rest_lines(workloads, top)
    yield from ("", "By rule and reason, as it was and as it would be:")
    causes = summary.causes
    rows = [(number, str(turn), str(before), "->", str(after)) for (turn, before, after), number in causes.top(top)]
    yield from columns(rows)
    yield from rest_lines(causes, top)
    if summary.changes:
        yield from ("", f"The first {len(summary.changes):,} of {summary.changed:,}:")
        for change in summary.changes:
            yield from _listed(change)


def _listed(change: Change) -> Iterator[str]:
    yield f"  {render_time(change.at)} {change.workload} ({change.user or '-'}), uid {change.uid}"
    yield f"    {change.turn}: {change.before} -> {change.after}"
    yield f"    {change.image or '-'}: {change.detail}"


def render_document(summary: Summary, top: int) -> dict[str, Any]:
    """Return the same as a JSON document."""
    return {
        "apiVersion": "scangate.dev/v1",
        "kind": "ReplayReport",
        "policy": summary.policy.digest,
        "log": reading_document(summary.reading),
        "judged": summary.judged,
        "changed": summary.changed,
        "undecided": summary.undecided,
        "notJudged": summary.not_judged,
        "noVerdict": summary.no_verdict,
        "changes": [{**_turn(turn), "count": number} for turn, number in summary.turns.most_common()],
        "workloads": tally_document(summary.workloads, top, lambda key: {"workload": key[0], **_turn(key[1])}),
        "causes": tally_document(
            summary.causes,
            top,
            lambda key: {**_turn(key[0]), "causeBefore": key[1]._asdict(), "causeAfter": key[2]._asdict()},
        ),
        "doubts": [{"doubt": doubt.value, "count": number} for doubt, number in summary.doubts.most_common()],
        "listed": [_change(change) for change in summary.changes],
    }


def _turn(turn: Turn) -> dict[str, Any]:
    return {"before": turn.before.value, "after": turn.after.value}


def _change(change: Change) -> dict[str, Any]:
    return {
        "time": render_time(change.at),
        "uid": change.uid,
        "workload": change.workload,
        "user": change.user,
        **_turn(change.turn),
        "causeBefore": change.before._asdict(),
        "causeAfter": change.after._asdict(),
        "image": change.image,
        "message": change.detail,
    }
