"""References of images, as container runtimes read them, and patterns of names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_PATH = re.compile(rf"{_PART}(?:/{_PART})*")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]+)?")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGESTS = re.compile(r"sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128}")
_ID_ON_NODE = re.compile(r"[a-f0-9]{64}|sha(?:256|384|512):[^/@]*")

LONGEST = 512
"""Characters of a reference."""

_YANDEX = dict.fromkeys(("cr.yandex", "cr.cloud.yandex.net", "container-registry.cloud.yandex.net"), "cr.yandex")
_HUB = {"index.docker.io": "docker.io"}


@dataclass(frozen=True, slots=True)
class Reference:
    """An image, as it is understood."""

    host: str
    path: str
    tag: str
    digest: str

    @property
    def name(self) -> str:
        """Registry and repository."""
        return f"{self.host}/{self.path}"


def read(text: str, aliases: Mapping[str, str]) -> Reference | None:
    """Return what *text* refers to; None where no runtime would read it."""
    if len(text) > LONGEST or _ID_ON_NODE.fullmatch(text):
        return None
    named, at, digest = text.partition("@")
    if at and not _DIGESTS.fullmatch(digest):
        return None
    before, colon, tag = named.rpartition(":")
    if not colon or "/" in tag:
        before, tag = named, ""
    elif not _TAG.fullmatch(tag):
        return None
    host, path = _divided(before)
    if not _HOST.fullmatch(host) or not _PATH.fullmatch(path) or len(f"{host}/{path}") > 255:
        return None
    return Reference(_one_name(host, aliases), path, tag, digest)


def _divided(name: str) -> tuple[str, str]:
    first, slash, rest = name.partition("/")
    if not slash or not (set(first) & set(".:") or first == "localhost" or first != first.lower()):
        first, rest = "docker.io", name
    if _HUB.get(first, first) == "docker.io" and "/" not in rest:
        rest = f"library/{rest}"
    return first, rest


def _one_name(host: str, aliases: Mapping[str, str]) -> str:
    low = host.lower().removesuffix(":443")
    return (_YANDEX | _HUB | dict(aliases)).get(low, low)


def fits_name(pattern: str, name: str) -> bool:
    """Tell whether a pattern of names, such as `team-*`, fits."""
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), name, re.DOTALL) is not None


def fits_image(pattern: str, reference: Reference) -> bool:
    """Tell whether a pattern of images, such as `docker.io/library/*`, fits."""
    return _fits(pattern.split("/"), reference.name.split("/"))


def _fits(patterns: list[str], parts: list[str]) -> bool:
    if not patterns:
        return not parts
    if patterns[0] == "**":
        return any(_fits(patterns[1:], parts[taken:]) for taken in range(len(parts) + 1))
    return bool(parts) and fits_name(patterns[0], parts[0]) and _fits(patterns[1:], parts[1:])
