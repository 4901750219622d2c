"""Results for people: a table of all images, and below it what is wrong with which and what to mend first."""

from collections.abc import Iterator, Sequence

from webhook.core.columns import columns
from webhook.core.evidence import SEVERITIES, Evidence, Indexed, Scanned
from webhook.core.guidance import section
from webhook.core.images import Digest, ImageReference
from webhook.core.limits import counted
from webhook.core.policy import UNLIMITED, Action, Rule
from webhook.core.printable import printable
from webhook.core.reasons import Fault
from webhook.core.response import explain
from webhook.core.verdict import Finding
from webhook.jobs.check.fixes import NO_FIXES, Fixes
from webhook.jobs.check.judging import Result
from webhook.jobs.check.places import place_of

_HEADINGS = ("OBJECT", "CONTAINER", "IMAGE", "CRIT", "HIGH", "MED", "LOW", "NEGL", "UNDEF", "DECISION", "WHY", "RULE")
_NONE = ("-",) * len(SEVERITIES)
_DIGEST_CHARACTERS = 12


def render_table(results: Sequence[Result], *, shown: int, others: int, reasons_url: str = "") -> str:
    """Return the report.

    *shown* is how many vulnerabilities are named for an image; *others* how many objects have no images. Remedies
    are at *reasons_url*, if that is not empty.
    """
    rows = [_HEADINGS, *(row for result in results for row in _rows(result))]
    lines = columns(rows, indent="") if results else []
    for result in results:
        lines += _details(result, shown, reasons_url)
    denied = sum(not result.allowed for result in results)
    lines += [""] if lines else []
    lines.append(f"{len(results)} judged, {denied} would be denied; {others} without images")
    return "\n".join(lines) + "\n"


def _rows(result: Result) -> Iterator[tuple[str, ...]]:
    name = printable(result.name, limit=100)
    if not result.findings:
        decision = "deny" if isinstance(result.outcome, Fault) else "allow"
        yield (name, "-", "-", *_NONE, decision, str(result.outcome), "-")
    rows = [row for finding in result.findings for row in _image_rows(finding)]
    yield from (("" if index else name, *row) for index, row in enumerate(rows))


def _image_rows(finding: Finding) -> Iterator[tuple[str, ...]]:
    places = finding.image.places
    container = printable(places[0].name, limit=40) + (f" +{len(places) - 1}" if len(places) > 1 else "")
    image, rule = _short(finding), finding.rule
    counts = _counts(finding.evidence, rule)
    yield (container, image, *counts, finding.decision, finding.reason.value, rule.name)
    if isinstance(finding.evidence, Indexed):
        for child in finding.evidence.children:
            shown = f"  {child.platform}@{_digest(child.digest)}"
            yield ("", shown, *_counts(child.evidence, rule), "", "", "")


def _counts(evidence: Evidence, rule: Rule) -> tuple[str, ...]:
    counts = counted(evidence.scan, rule) if isinstance(evidence, Scanned) else None
    if counts is None:
        return _NONE
    limits = rule.limits
    return tuple(f"{getattr(counts, name)}/{_limit(getattr(limits, name))}" for name in SEVERITIES)


def _limit(limit: int | str) -> str:
    return "-" if limit == UNLIMITED else str(limit)


def _short(finding: Finding) -> str:
    """Leave the host of the cloud's registry and most of the digest out."""
    reference = finding.image.reference
    if not isinstance(reference, ImageReference):
        return printable(finding.image.text, limit=60) or "(no image)"
    host = "" if reference.registry == "cr.yandex" else f"{reference.registry}/"
    end = f"@{_digest(reference.digest)}" if reference.digest else f":{reference.tag or 'latest'}"
    return f"{host}{reference.repository}{end}"


def _digest(digest: Digest) -> str:
    algorithm, _, value = digest.partition(":")
    return f"{algorithm}:{value[:_DIGEST_CHARACTERS]}"


def _details(result: Result, shown: int, reasons_url: str) -> Iterator[str]:
    if isinstance(result.outcome, Fault):
        yield ""
        yield f"{place_of(result)}: {printable(result.name, limit=100)}: {result.outcome}: {result.message}"
    for position, finding in enumerate(result.findings):
        if finding.action is not Action.ALLOW or finding.notices:
            yield ""
            yield f"{place_of(result, finding)}: {printable(result.name, limit=100)}: {finding.decision}"
            yield f"  {explain(finding)}"
            link = section(reasons_url, finding.reason)
            yield from () if link is None else (f"  More about {finding.reason}: {link}",)
            yield from (f"  {notice}" for notice in finding.notices)
            yield from _fixes(result.fixes.get(position, NO_FIXES), shown)


def _fixes(fixes: Fixes, shown: int) -> Iterator[str]:
    rows = [
        (f"  {one.severity}", one.id, one.package, one.version or "-", f"fixed by {one.fixed_by}")
        for one in fixes.vulnerabilities[:shown]
    ]
    yield from columns([tuple(printable(cell, limit=80) for cell in row) for row in rows], indent="")
    more = len(fixes.vulnerabilities) - shown
    if more > 0:
        yield f"  and {more} more with a fix"
    if fixes.problem is not None:
        yield f"  what can be fixed could not be told: {fixes.problem}"
