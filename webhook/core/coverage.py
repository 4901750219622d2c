"""Whether what one pattern or rule matches is all matched by another, as far as that is plain.

Yes is certain; no may only mean that it takes several patterns together.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

from webhook.core.matching import Match
from webhook.core.patterns import ANY_PARTS, ImagePattern, NamePattern

Pattern = TypeVar("Pattern", NamePattern, ImagePattern)


def covers(wide: Match, narrow: Match) -> bool:
    """Tell whether *wide* plainly matches every image that *narrow* does, whatever is known of labels."""
    return (
        _names(wide.namespaces, narrow.namespaces)
        and (not wide.kinds or (bool(narrow.kinds) and set(narrow.kinds) <= set(wide.kinds)))
        and _names(wide.service_accounts, narrow.service_accounts)
        and _images(wide.images, narrow.images)
        and set(wide.namespace_labels) <= set(narrow.namespace_labels)
    )


def _names(wide: Sequence[NamePattern], narrow: Sequence[NamePattern]) -> bool:
    # A star of the narrow pattern can only be swallowed by one of the wide one: it stands for itself here.
    return _all(wide, narrow, lambda one, name: one.matches(name.text))


def _images(wide: Sequence[ImagePattern], narrow: Sequence[ImagePattern]) -> bool:
    return _all(wide, narrow, image_covers)


def _all(wide: Sequence[Pattern], narrow: Sequence[Pattern], one_covers: Callable[[Pattern, Pattern], bool]) -> bool:
    """Tell whether each pattern of *narrow* is covered by one of *wide*; nothing named is everything."""
    if not wide:
        return True
    others = _others(wide, narrow)
    return bool(narrow) and all(any(one_covers(one, other) for one in wide) for other in others)


def _others(wide: Sequence[Pattern], narrow: Sequence[Pattern]) -> list[Pattern]:
    """Return those of *narrow* that are not among *wide* as they are."""
    texts = {one.text for one in wide}
    return [one for one in narrow if one.text not in texts]


def effort(wide: Match, narrow: Match) -> int:
    """Return how many pairs of patterns `covers` may have to compare, and one for the rest."""
    return (
        1
        + len(wide.namespaces) * len(_others(wide.namespaces, narrow.namespaces))
        + len(wide.service_accounts) * len(_others(wide.service_accounts, narrow.service_accounts))
        + len(wide.images) * len(_others(wide.images, narrow.images))
    )


def image_covers(wide: ImagePattern, narrow: ImagePattern) -> bool:
    """Tell whether *wide* matches every image that *narrow* does, part by part.

    The cost is the product of their parts.
    """
    if narrow.exact:
        return wide.matches_path(narrow.text)
    if not narrow.prefix.startswith(wide.prefix):
        return False
    parts = _parts(wide.text)
    # rest[i]: whether the wide pattern from part i on covers what is left of the narrow one.
    rest = [all(part.text == ANY_PARTS for part in parts[at:]) for at in range(len(parts) + 1)]
    for part in reversed(narrow.text.split("/")):
        rest = _one_more(parts, part, rest)
    return rest[0]


@lru_cache(maxsize=4096)
def _parts(text: str) -> tuple[NamePattern, ...]:
    return tuple(map(NamePattern, text.split("/")))


def _one_more(wide: Sequence[NamePattern], part: str, rest: Sequence[bool]) -> list[bool]:
    """Return which ends of *wide* cover *part* and what follows it, given which cover what follows."""
    found = [False] * len(rest)
    for at in reversed(range(len(wide))):
        if wide[at].text == ANY_PARTS:
            found[at] = rest[at] or found[at + 1]
        else:
            found[at] = part != ANY_PARTS and wide[at].matches(part) and rest[at + 1]
    return found
