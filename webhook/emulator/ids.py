"""Ids in the registry's manner: 20 characters of 0-9 and a-v, behind a prefix that says what they are of."""

import base64
import hashlib
import re

IMAGE = "crp"
SCAN = "che"
FOLDER = "b1g"
OPERATION = "crp"

MAX_ID = 50
"""Characters; what the API definition allows of any id."""

DIGEST = re.compile(r"sha256:[a-f0-9]{64}")


def derive_id(prefix: str, *parts: object) -> str:
    """Return the id of the thing that *parts* name: the same for the same parts, whenever and wherever."""
    name = "\0".join(map(str, parts)).encode()
    text = base64.b32hexencode(hashlib.sha256(name).digest()).decode().lower()
    return prefix + text[: 20 - len(prefix)]


def digest_of(body: bytes) -> str:
    """Return the content address of *body*."""
    return f"sha256:{hashlib.sha256(body).hexdigest()}"
