"""What is synchronised."""

import pytest

from webhook.core.places import Kind, parse_place
from webhook.errors import Invalid


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        (Kind.REGISTRY, "crp9ftr22d26age3hulg", "registry crp9ftr22d26age3hulg"),
        (Kind.FOLDER, "b1gvmob95yysaplct532", "folder b1gvmob95yysaplct532"),
        (Kind.REPOSITORY, "crp1/shop/api-2.x", "repository crp1/shop/api-2.x"),
    ],
)
def test_places(kind: Kind, text: str, shown: str) -> None:
    """A place is a kind and a name, and is shown as people say it."""
    assert str(parse_place(kind, text)) == shown


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.REGISTRY, "crp1/shop"),
        (Kind.REGISTRY, ""),
        (Kind.FOLDER, "B1G"),
        (Kind.FOLDER, "a" * 51),
        (Kind.REPOSITORY, "crp1"),
        (Kind.REPOSITORY, "crp1/../x"),
        (Kind.REPOSITORY, "crp1/shop?a=b"),
        (Kind.REPOSITORY, "crp1/shop\n"),
    ],
)
def test_what_is_no_place(kind: Kind, text: str) -> None:
    """Nothing but ids and names of repositories reaches a URL."""
    with pytest.raises(Invalid, match="is not"):
        parse_place(kind, text)
