"""The outcomes for people: a table of all, and one denial as kubectl prints it."""

from collections.abc import Mapping, Sequence

from webhook.core.evidence import SEVERITIES
from webhook.core.images import parse_reference
from webhook.core.printable import printable
from webhook.errors import InvalidReference
from webhook.jobs.demo.outcomes import JudgedImage, Outcome, Platform

WEBHOOK = "validate.scangate.dev"
"""Name of the webhook, as a ValidatingWebhookConfiguration would give it."""

LEGEND = "Counts are found/limit; '-' stands for: no limit, or no count."

_HEADINGS = ("OBJECT", "CONTAINER", "IMAGE", "CRIT", "HIGH", "MED", "LOW", "NEGL", "UNDEF", "DECISION", "WHY", "")
_DIGEST_CHARACTERS = 12
_REASONS = {"Forbidden": " (Forbidden)", "ServiceUnavailable": " (ServiceUnavailable)"}


def render_table(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Return the lines of a table with one row for each image of each outcome."""
    rows = [_HEADINGS, *(row for outcome in outcomes for row in _rows(outcome))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return tuple("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def render_denial(outcome: Outcome) -> str:
    """Return what `kubectl apply` prints where the API server passes on that the gate refused."""
    status = outcome.answer.status
    return (
        f'Error from server{_REASONS.get(status.reason, "")}: error when creating "{outcome.example.source}": '
        f'admission webhook "{WEBHOOK}" denied the request: {status.message}'
    )


def _rows(outcome: Outcome) -> list[tuple[str, ...]]:
    """Return a row for each image. What is about the whole object stands in the first one."""
    title, note = outcome.example.title, "" if outcome.right else f"<- expected: {outcome.example.expected}"
    rows = [row for image in outcome.record.images for row in _image_rows(image)] or [_exempt(outcome)]
    return [(title, *rows[0], note), *(("", *row, "") for row in rows[1:])]


def _image_rows(image: JudgedImage) -> list[tuple[str, ...]]:
    """Return the row of an image and, where it is an index, one for each of its platforms."""
    counts = _counts(image.counts, image.limits)
    first = (",".join(image.containers), _short(image.reference), *counts, image.decision, image.reason)
    return [first, *(_platform(platform, image.limits) for platform in image.platforms)]


def _platform(platform: Platform, limits: Mapping[str, int | str]) -> tuple[str, ...]:
    return ("", f"  {platform.platform}@{_short_digest(platform.digest)}", *_counts(platform.counts, limits), "", "")


def _exempt(outcome: Outcome) -> tuple[str, ...]:
    """Return the row of a request that was answered without judging an image."""
    blanks = ("-",) * (2 + len(SEVERITIES))
    return (*blanks, "allow" if outcome.answer.allowed else "deny", outcome.record.reason)


def _counts(counts: Mapping[str, int] | None, limits: Mapping[str, int | str]) -> tuple[str, ...]:
    if counts is None:
        return ("-",) * len(SEVERITIES)
    return tuple(f"{counts[name]}/{_limit(limits[name])}" for name in SEVERITIES)


def _limit(limit: int | str) -> str:
    return str(limit) if isinstance(limit, int) else "-"


def _short(reference: str) -> str:
    """Leave host and registry id out, and most of the digest."""
    try:
        image = parse_reference(reference)
    except InvalidReference:
        return printable(reference, limit=40)
    name = image.repository.partition("/")[2] or image.repository
    if image.digest is None:
        return f"{name}:{image.tag or 'latest'}"
    return f"{name}@{_short_digest(image.digest)}"


def _short_digest(digest: str) -> str:
    algorithm, _, value = digest.partition(":")
    return f"{algorithm}:{value[:_DIGEST_CHARACTERS]}"
