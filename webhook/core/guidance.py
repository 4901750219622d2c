"""Where people find at length what a denial tells them in a sentence."""

from typing import Annotated

import msgspec

from webhook.core.reasons import Reason

REASONS_URL = "docs/reasons.md"
"""Where `docs/reasons.md` is to be found unless the operators of the gate name another place."""

ReasonsUrl = Annotated[
    str,
    msgspec.Meta(
        max_length=200,
        pattern=r'^[!"$-~]*$(?!\n)',
        description="a URL without spaces and without #, of up to 200 characters",
    ),
]


def section(reasons_url: str, reason: Reason) -> str | None:
    """Return where the remedy of *reason* stands at length; None where *reasons_url* names no such place."""
    return f"{reasons_url}#{reason}" if reasons_url else None
