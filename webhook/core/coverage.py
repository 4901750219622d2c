"""Whether what one pattern or rule matches is all matched by another, as far as that is plain.

Yes is certain; no may only mean that it takes several patterns together.
"""

from collections.abc import Sequence

from webhook.core.matching import Match
from webhook.core.patterns import ANY_PARTS, ImagePattern, NamePattern


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
    if not wide:
        return True
    # A star of the narrow pattern can only be swallowed by one of the wide one: it stands for itself here.
    return bool(narrow) and all(any(one.matches(name.text) for one in wide) for name in narrow)


def _images(wide: Sequence[ImagePattern], narrow: Sequence[ImagePattern]) -> bool:
    if not wide:
        return True
    return bool(narrow) and all(any(image_covers(one, image) for one in wide) for image in narrow)


def image_covers(wide: ImagePattern, narrow: ImagePattern) -> bool:
    """Tell whether *wide* matches every image that *narrow* does, part by part.

    The cost is the product of their parts.
    """
    if wide.text == narrow.text:
        return True
    if not narrow.prefix.startswith(wide.prefix):
        return False
    parts = [NamePattern(part) for part in wide.text.split("/")]
    # rest[i]: whether the wide pattern from part i on covers what is left of the narrow one.
    rest = [all(part.text == ANY_PARTS for part in parts[at:]) for at in range(len(parts) + 1)]
    for part in reversed(narrow.text.split("/")):
        rest = _one_more(parts, part, rest)
    return rest[0]


def _one_more(wide: Sequence[NamePattern], part: str, rest: Sequence[bool]) -> list[bool]:
    """Return which ends of *wide* cover *part* and what follows it, given which cover what follows."""
    found = [False] * len(rest)
    for at in reversed(range(len(wide))):
        if wide[at].text == ANY_PARTS:
            found[at] = rest[at] or found[at + 1]
        else:
            found[at] = part != ANY_PARTS and wide[at].matches(part) and rest[at + 1]
    return found
