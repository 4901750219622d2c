"""Image references: the longest that are read."""

import pytest

from tests.builders import digest_of
from webhook.core.images import parse_reference
from webhook.errors import InvalidReference


def of_length(characters: int) -> str:
    """Return a reference with the longest path and tag, a digest, and a host that makes it so long."""
    rest = f"/{'a' * 255}:{'t' * 128}@{digest_of('x')}"
    return f"h.{'h' * (characters - len(rest) - 2)}{rest}"


def test_reference_of_512_characters_is_the_longest() -> None:
    """One more, and it is refused for its length."""
    assert parse_reference(of_length(512)).repository == "a" * 255
    with pytest.raises(InvalidReference, match="it has 513 characters, more than 512"):
        parse_reference(of_length(513))
