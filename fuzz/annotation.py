"""Annotations and ids: what a pod says of its scan, which ends in a URL if it is an id at all."""

from collections.abc import Callable

import msgspec

from tests.builders import image
from tests.fakes import DEADLINE, FakeRegistry
from webhook.core.evidence import Unusable
from webhook.core.images import parse_digest
from webhook.core.lookup import ScanId, Source, annotated, parse_image_id, parse_scan_id
from webhook.core.policy import STRICT, Ruling
from webhook.core.reasons import Reason
from webhook.core.table import Table
from webhook.errors import InvalidId, InvalidReference
from webhook.inquiry import Inquiry, Scope

WORDS = ("che00000000000000001", "../", "%2f", ":lastScanResult", "?pageSize=", "sha256:", "sha512:", "\u0660", "\n")

IMAGE, TABLE, SCOPE, RULING = image(), Table({}), Scope(sources=tuple(Source)), Ruling(STRICT)

ALPHABET = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
HEXADECIMAL = frozenset("0123456789abcdef")
LONGEST = 50
SIZES = {"sha256": 64, "sha512": 128}


def check(data: bytes) -> None:
    """Read *data* as the text of an annotation, an id and a digest."""
    text = data.decode("utf-8", "surrogateescape")
    check_id(text, parse_scan_id)
    check_id(text, parse_image_id)
    check_digest(text)
    check_annotation(text)


def check_id(text: str, parse: Callable[[str], str]) -> None:
    """An id is what can stand in a URL as it is, and it is not changed."""
    right = 0 < len(text) <= LONGEST and set(text) <= ALPHABET
    try:
        assert parse(text) == text
        assert right, "an id that can stand nowhere"
    except InvalidId as error:
        assert not right, "an id that was refused"
        assert str(error).isascii(), "a message that cannot be shown"


def check_digest(text: str) -> None:
    """A digest has all its digits, in lower case."""
    algorithm, _, digits = text.partition(":")
    right = len(digits) == SIZES.get(algorithm) and set(digits) <= HEXADECIMAL
    try:
        assert parse_digest(text) == text
        assert right, "a digest that is none"
    except InvalidReference:
        assert not right, "a digest that was refused"


def check_annotation(text: str, read: Callable[[str], object] = annotated) -> None:
    """An annotation is asked for as it is written, and never where it is no id; it is no evidence by itself."""
    try:
        read(text)
        right = True
    except InvalidId:
        right = False
    registry = FakeRegistry()
    inquiry = Inquiry(registry=registry, table=TABLE, scope=SCOPE, deadline=DEADLINE)
    found = inquiry.evidence(msgspec.structs.replace(IMAGE, annotation=text), RULING)
    assert isinstance(found, Unusable), "evidence, and no registry knows anything"
    asked = [call[1] for call in registry.calls if call[0] == "scan"]
    assert asked == ([ScanId(text)] if right else []), "asked for something else than was written"
    if not right:
        assert found.gap is Reason.INVALID_SCAN_ID
