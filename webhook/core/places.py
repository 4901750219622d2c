"""What is synchronised: the images of registries, folders and repositories."""

import re
from dataclasses import dataclass
from enum import StrEnum

from webhook.core.printable import printable
from webhook.errors import Invalid

_ID = re.compile(r"[a-z0-9]{1,50}", re.ASCII)
_NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*(?:/[a-z0-9]+(?:[._-][a-z0-9]+)*)+", re.ASCII)
"""`<registry id>/<path>`, by the grammar of the API."""


class Kind(StrEnum):
    """What a place is; the value is the parameter of Image.List that names it."""

    REGISTRY = "registryId"
    FOLDER = "folderId"
    REPOSITORY = "repositoryName"


@dataclass(frozen=True, slots=True)
class Place:
    """Where images are."""

    kind: Kind
    name: str

    def __str__(self) -> str:
        """Write it for people."""
        return f"{self.kind.name.lower()} {self.name}"


def parse_place(kind: Kind, text: str) -> Place:
    """Return a place of that kind.

    Raises:
        Invalid: *text* is not the id of a registry or a folder, or not the name of a repository.
    """
    if kind is Kind.REPOSITORY:
        right, wanted = _NAME.fullmatch(text), "<registry id>/<path>"
    else:
        right, wanted = _ID.fullmatch(text), "an id of a-z and 0-9"
    if right is None:
        raise Invalid(f"'{printable(text, limit=80)}' is not {wanted}")
    return Place(kind, text)
