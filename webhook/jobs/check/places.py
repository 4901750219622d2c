"""Where in a file an image is named."""

import re

from webhook.core.documents import FieldPath
from webhook.core.verdict import Finding
from webhook.jobs.check.judging import Result

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def image_path(result: Result, finding: Finding) -> FieldPath:
    """Return the way from the object to where the image is named first."""
    written = finding.image.places[0].field
    steps = tuple(int(index) if index else name for index, name in _STEP.findall(written))
    before: tuple[str, ...] = ("request", "object") if result.object.is_review else ()
    return (*before, *(result.review.path if result.review else ()), *steps)


def line_of(result: Result, finding: Finding | None = None) -> int | None:
    """Return the line of an image, or of the object; None where that is not known."""
    return result.object.line(() if finding is None else image_path(result, finding))


def place_of(result: Result, finding: Finding | None = None) -> str:
    """Return file and line."""
    line = line_of(result, finding)
    return result.object.source if line is None else f"{result.object.source}:{line}"
