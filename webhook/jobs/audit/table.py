"""An audit for people: what is violated, where it runs, and what to do."""

from collections.abc import Iterator

from webhook.core.cluster_audit import AuditReport, Violation
from webhook.core.columns import columns
from webhook.core.guidance import section
from webhook.core.printable import printable
from webhook.core.reasons import REMEDIES
from webhook.core.verdict import Finding

HEADINGS = ("", "DECISION", "WHY", "RULE", "PODS", "OWNERS", "IMAGE")

SHOWN_OWNERS = 5
"""Of one violation; JSON and HTML have more."""


def render_table(report: AuditReport, *, reasons_url: str = "") -> str:
    """Return the report, with what could not be judged at its end; remedies are at *reasons_url*, if not empty."""
    lines = [
        *_table(report),
        *(line for number, one in enumerate(report.violations, 1) for line in _details(number, one, reasons_url)),
    ]
    lines += [""] if lines else []
    return "\n".join([*lines, *_sums(report)]) + "\n"


def _table(report: AuditReport) -> Iterator[str]:
    rows = [_row(number, violation) for number, violation in enumerate(report.violations, 1)]
    if rows:
        yield from columns([HEADINGS, *rows], indent="")


def _row(number: int, violation: Violation) -> tuple[str | int, ...]:
    finding = violation.finding
    cells = (finding.decision, finding.reason.value, finding.rule.name)
    return (str(number), *cells, violation.pod_count, violation.owner_count, _image(finding))


def _details(number: int, violation: Violation, reasons_url: str) -> Iterator[str]:
    finding = violation.finding
    shown = [printable(str(owner), limit=200) for owner in violation.owners[:SHOWN_OWNERS]]
    more = violation.owner_count - len(shown)
    yield ""
    yield f"{number}. {_image(finding)}"
    yield f"   {finding.reason}: {finding.detail} (rule {finding.rule.name})"
    yield from (f"   {notice}" for notice in finding.notices)
    yield f"   runs in {', '.join(shown)}" + (f" and {more} more" if more else "")
    yield f"   {REMEDIES[finding.reason]}"
    link = section(reasons_url, finding.reason)
    yield from () if link is None else (f"   {link}",)


def _sums(report: AuditReport) -> Iterator[str]:
    denied = sum(not one.finding.allowed for one in report.violations)
    yield (
        f"{report.pods:,} pods of {report.owners:,} owners in {report.namespaces:,} namespaces run {report.images:,} "
        f"images; {len(report.violations):,} violations, {denied:,} would be denied"
    )
    if report.troubles:
        yield "Not everything could be judged:"
        yield from (f"  {printable(trouble)}" for trouble in report.troubles)


def _image(finding: Finding) -> str:
    return printable(finding.image.text) or "(no image)"
