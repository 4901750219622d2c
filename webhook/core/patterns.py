"""Patterns of names and of images, as policies write them.

`*` stands for any characters within a name or within one part of a path, and `**` for any number of whole parts:
the globs of shells. No pattern can be made to run away: within a part the first place where a piece of it fits
is the right one, and among parts the search never goes back further than to the last `**`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from webhook.core.images import YANDEX_REGISTRY_ALIASES, ImageReference, canonical_host
from webhook.core.printable import printable
from webhook.errors import Invalid

MAX_CHARACTERS = 512
"""As of the longest image reference."""

ANY = "*"
ANY_PARTS = "**"

_NAME = re.compile(r"[A-Za-z0-9*_.:-]+", re.ASCII)
_HOST = re.compile(r"[a-z0-9*][a-z0-9*.-]*(?::[0-9*]+)?|\[[a-f0-9:*]+\](?::[0-9*]+)?", re.ASCII)
_PART = re.compile(r"[a-z0-9*._-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class NamePattern:
    """A pattern of one name, or of one part of a path."""

    text: str
    _expression: re.Pattern[str] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Compile it, once."""
        object.__setattr__(self, "_expression", _compiled(self.text) if ANY in self.text else None)

    @property
    def prefix(self) -> str:
        """What every name that it matches begins with."""
        return self.text.partition(ANY)[0]

    @property
    def exact(self) -> bool:
        """Whether it matches one name only."""
        return self._expression is None

    def matches(self, name: str) -> bool:
        """Tell whether the whole of *name* fits."""
        return name == self.text if self._expression is None else self._expression.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class ImagePattern:
    """A pattern of `registry/repository`; tag and digest have no part in it."""

    text: str
    prefix: str = field(init=False, repr=False, compare=False)
    """What every image that it matches begins with."""
    _parts: tuple[NamePattern, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Take it apart, once."""
        object.__setattr__(self, "_parts", tuple(map(NamePattern, self.text.split("/"))))
        start, star, rest = self.text.partition(ANY)
        # `a/**` matches `a` as well: no part at all is any number of parts.
        object.__setattr__(self, "prefix", start.removesuffix("/") if star and rest.startswith(ANY) else start)

    @property
    def exact(self) -> bool:
        """Whether it matches one repository only."""
        return ANY not in self.text

    def matches(self, reference: ImageReference) -> bool:
        """Tell whether the registry and the repository of *reference* fit, as they were understood."""
        return self.matches_path(f"{reference.registry}/{reference.repository}")

    def matches_path(self, path: str) -> bool:
        """Tell whether the whole of *path*, a registry and a repository, fits."""
        if self.exact:
            return path == self.text
        return path.startswith(self.prefix) and _fits(self._parts, path.split("/"))


def parse_name_pattern(text: str) -> NamePattern:
    """Return a pattern of names of Kubernetes objects: `shop`, `team-*`, `*`.

    Raises:
        Invalid: *text* is none.
    """
    if not 0 < len(text) <= MAX_CHARACTERS or _NAME.fullmatch(text) is None or ANY_PARTS in text:
        raise Invalid(f"'{printable(text, limit=80)}' is not a name or a pattern such as 'shop' or 'team-*'")
    return NamePattern(text)


def parse_package_pattern(text: str) -> NamePattern:
    """Return a pattern of packages, as the scanner names them: `openssl`, `golang.org/x/*`, `@babel/core`.

    Raises:
        Invalid: *text* is none.
    """
    if not 0 < len(text) <= MAX_CHARACTERS or not text.isprintable() or " " in text:
        raise Invalid(f"'{printable(text, limit=80)}' is not a package or a pattern such as 'openssl' or 'perl-*'")
    return NamePattern(text)


def parse_image_pattern(text: str) -> ImagePattern:
    """Return a pattern of images: `cr.yandex/crp…/shop/*`, `docker.io/library/nginx`, `registry.example:5000/**`.

    The registry is spelt out, so that nobody need know which one is meant where there is none; of the names that
    Yandex Container Registry has, any will do.

    Raises:
        Invalid: *text* is none; the message says what would be right.
    """
    shown = f"'{printable(text, limit=80)}'"
    if not 0 < len(text) <= MAX_CHARACTERS:
        raise Invalid(f"{shown} must have 1 to {MAX_CHARACTERS} characters")
    host, *parts = text.split("/")
    if "@" in text or ":" in "".join(parts):
        raise Invalid(f"{shown} names a tag or a digest; a pattern ends with the repository")
    if text != ANY_PARTS and not (parts and _is_host(host)):
        raise Invalid(f"{shown} must begin with a registry, such as 'docker.io/library/nginx' or 'cr.yandex/crp…/**'")
    wrong = next((part for part in parts if not _is_part(part)), None)
    if wrong is not None:
        raise Invalid(f"{shown}: '{printable(wrong, limit=60)}' is not a part of a repository path; '**' stands alone")
    return ImagePattern("/".join((canonical_host(host, YANDEX_REGISTRY_ALIASES), *parts)))


def _is_host(host: str) -> bool:
    known = bool(set(".:*") & set(host)) or host == "localhost"
    return known and ANY_PARTS not in host and _HOST.fullmatch(host) is not None or host == ANY_PARTS


def _is_part(part: str) -> bool:
    return part == ANY_PARTS or (_PART.fullmatch(part) is not None and ANY_PARTS not in part)


def _compiled(text: str) -> re.Pattern[str]:
    """Return *text* as an expression without choices to come back to.

    Between two stars a piece is taken where it fits first: whatever fits behind a later place fits behind the
    first one too. Only the star before the end is tried at several lengths, once.
    """
    first, *pieces, last = map(re.escape, text.split(ANY))
    middle = "".join(f"(?>.*?{piece})" for piece in pieces)
    return re.compile(f"{first}{middle}.*{last}", re.DOTALL)


def _fits(pattern: Sequence[NamePattern], parts: Sequence[str]) -> bool:
    """Match part by part; after a `**`, try it one part longer where the rest does not fit."""
    at = here = 0
    resume: tuple[int, int] | None = None
    while here < len(parts):
        if at < len(pattern) and pattern[at].text == ANY_PARTS:
            resume = (at, here)
            at += 1
        elif at < len(pattern) and pattern[at].matches(parts[here]):
            at, here = at + 1, here + 1
        elif resume is not None:
            resume = (resume[0], resume[1] + 1)
            at, here = resume[0] + 1, resume[1]
        else:
            return False
    return all(part.text == ANY_PARTS for part in pattern[at:])
