"""Several policy files, as one."""

import pytest

from tests.builders import DIGEST
from tests.core.test_policy_file import document
from webhook.core.documents import Document
from webhook.core.policy_file import parse_policy
from webhook.errors import InvalidDocument


def test_several_files_are_one_policy() -> None:
    """Their rules follow one another; a name is used once in all of them, and the digest is of all of them."""
    first, second = (Document(f"{name}.yaml", document({"name": name}), DIGEST) for name in ("a", "b"))
    both = parse_policy(first, second)

    assert [rule.name for rule in both.rules] == ["a", "b"]
    assert both.digest != DIGEST
    with pytest.raises(InvalidDocument, match="'a' is the name of another rule too"):
        parse_policy(first, first)
