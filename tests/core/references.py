"""The vectors in references.yaml, written out."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from webhook.core.images import Digest

SHA256 = Digest("sha256:1f6a0c8b6f5c2f5c0a4d6f0e1d2c3b4a5968778695a4b3c2d1e0f1a2b3c4d5e6")
SHA512 = Digest("sha512:" + "0123456789abcdef" * 8)

_REPEATED = re.compile(r"<(.)\*(\d+)>")


@cache
def vectors() -> dict[str, list[Any]]:
    """Return the vectors by what becomes of them: `accepted`, `refused`, `stricter`."""
    content = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return {group: [_written_out(entry) for entry in entries] for group, entries in content.items()}


def accepted() -> list[tuple[str, str, str, str | None, str | None]]:
    """Return reference, registry, repository, tag and digest of what is accepted."""
    return [tuple([*entry, None, None][:5]) for entry in vectors()["accepted"]]


def refused() -> list[str]:
    """Return what is refused because it is outside the grammar."""
    return vectors()["refused"]


def stricter() -> list[str]:
    """Return what is refused although the grammar allows it."""
    return vectors()["stricter"]


def _written_out(entry: Any) -> Any:
    if isinstance(entry, list):
        return [_written_out(part) for part in entry]
    if not isinstance(entry, str):
        return entry
    text = entry.replace("<256>", SHA256).replace("<512>", SHA512)
    return _REPEATED.sub(lambda match: match[1] * int(match[2]), text)
