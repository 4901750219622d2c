"""A report for people and for programs."""

from collections.abc import Iterator
from typing import Any

from webhook.core.columns import columns
from webhook.core.log_notes import reading_document, reading_lines, rest_lines, tally_document
from webhook.core.outcomes import Outcome
from webhook.core.tallies import Tally
from webhook.jobs.report.summary import Summary

NOTHING = "Nothing was denied, warned or exempted."


def render_text(summary: Summary, top: int) -> Iterator[str]:
    """Return the lines of a report with tables of up to *top* rows."""
    yield from reading_lines(summary.reading)
    yield ""
    outcomes = [(outcome.value, summary.outcomes[outcome]) for outcome in Outcome]
    others = [
        ("without an image to judge", summary.not_judged.total()),
        ("without a verdict", summary.no_verdict.total()),
        ("of these, dry runs", summary.dry_runs),
    ]
    yield from ("Requests:", *columns([*outcomes, *others]))
    if not summary.workloads.total:
        yield from ("", NOTHING)
    yield from _table("Images by rule and reason:", summary.reasons, top)
    yield from _table("Requests by namespace:", summary.namespaces, top)
    yield from _table("Requests by workload:", summary.workloads, top)
    yield from _table("Requests by user:", summary.users, top)
    yield from _table("Images:", summary.images, top)
    if summary.no_verdict:
        yield from ("", "Without a verdict:")
        yield from columns([(number, reason) for reason, number in summary.no_verdict.most_common()])


def _table(title: str, tally: Tally[Any], top: int) -> Iterator[str]:
    if tally.total:
        yield from ("", title)
        yield from columns([(number, *map(str, key)) for key, number in tally.top(top)])
        yield from rest_lines(tally, top)


def render_document(summary: Summary, top: int) -> dict[str, Any]:
    """Return the same as a JSON document."""
    return {
        "apiVersion": "scangate.dev/v1",
        "kind": "AuditReport",
        "log": reading_document(summary.reading),
        "requests": {outcome.value: summary.outcomes[outcome] for outcome in Outcome},
        "notJudged": dict(summary.not_judged),
        "noVerdict": dict(summary.no_verdict),
        "dryRuns": summary.dry_runs,
        "reasons": tally_document(
            summary.reasons, top, lambda key: {"outcome": key[0].value, "rule": key[1], "reason": key[2]}
        ),
        "namespaces": _named(summary.namespaces, top, "namespace"),
        "workloads": _named(summary.workloads, top, "workload"),
        "users": _named(summary.users, top, "user"),
        "images": _named(summary.images, top, "image"),
    }


def _named(tally: Tally[tuple[Outcome, str]], top: int, name: str) -> dict[str, Any]:
    return tally_document(tally, top, lambda key: {"outcome": key[0].value, name: key[1]})
