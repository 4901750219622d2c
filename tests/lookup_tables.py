"""Lookup tables of any size: entry number n is always the same."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from tests.mounts import replace
from webhook.core.images import Digest
from webhook.core.lookup import Hint, ImageId, ScanId, Source


def digest(number: int) -> Digest:
    """Return the digest of entry *number*; every hundredth is a sha512."""
    algorithm = "sha512" if number % 100 == 99 else "sha256"
    return Digest(f"{algorithm}:{hashlib.new(algorithm, str(number).encode()).hexdigest()}")


def hint(number: int, version: str = "a") -> Hint:
    """Return what *version* of the table says about entry *number*; every third names no image."""
    image_id = None if number % 3 == 0 else ImageId(f"crp{number:017d}")
    return Hint(Source.TABLE, ScanId(f"che{version}{number}"), image_id)


def written(numbers: Iterable[int], version: str = "a") -> str:
    """Return the entries of *numbers* as JSON, which is YAML too."""
    return json.dumps({digest(number): _value(hint(number, version)) for number in numbers}, indent=0)


def write(file: Path, numbers: Iterable[int], version: str = "a") -> Path:
    """Replace *file* by a table of *numbers*."""
    replace(file, written(numbers, version))
    return file


def _value(said: Hint) -> str | dict[str, str]:
    if said.image_id is None:
        return said.scan_id
    return {"scanResultId": said.scan_id, "imageId": said.image_id}
