"""Image references, parsed by the grammar of the distribution project (github.com/distribution/reference)."""

import re
from collections.abc import Mapping
from typing import NewType

import msgspec

from webhook.core.printable import printable
from webhook.errors import InvalidReference

Digest = NewType("Digest", str)
"""`sha256:<64 hex>` or `sha512:<128 hex>`, lower case: the content address of a manifest or an index."""

MAX_REFERENCE_CHARACTERS = 512
"""Longer than any reference a registry can serve: 255 of repository, 128 of tag, a digest and a host."""

MAX_REPOSITORY_CHARACTERS = 255
"""`RepositoryNameTotalLengthMax` of distribution/reference."""

DOCKER_HUB = "docker.io"

YANDEX_REGISTRY_ALIASES: Mapping[str, str] = {
    "cr.cloud.yandex.net": "cr.yandex",
    "container-registry.cloud.yandex.net": "cr.yandex",
}
"""The three hosts that `yc container registry configure-docker` sets up are one registry."""

_HOST_PART = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_HOST = rf"(?:{_HOST_PART}(?:\.{_HOST_PART})*|\[[a-fA-F0-9:]+\])"
_PATH_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_DIGEST = r"sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128}"

_DOMAIN = re.compile(rf"{_HOST}(?::[0-9]{{1,5}})?", re.ASCII)
_PATH = re.compile(rf"{_PATH_PART}(?:/{_PATH_PART})*", re.ASCII)
_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}", re.ASCII)
_DIGEST_PATTERN = re.compile(_DIGEST, re.ASCII)
_LOCAL_ID = re.compile(r"[a-f0-9]{64}|sha(?:256|384|512):[^/@]*", re.ASCII | re.DOTALL)
"""What containerd takes for the id of an image that the node holds already, even the first few digits of one; by the
grammar the second kind is a tag of `docker.io/library/sha256`."""


class ImageReference(msgspec.Struct, frozen=True, gc=False):
    """Where an image is and, where it is pinned, which one it is.

    With a tag and a digest the digest decides, as it does for the container runtimes.
    """

    registry: str
    """Host in lower case, with its port unless that is 443, aliases replaced: `cr.yandex`."""
    repository: str
    """Path below the host: `crp…/shop/api`, `library/nginx`."""
    tag: str | None
    digest: Digest | None


def is_digest(text: str) -> bool:
    """Tell whether *text* is a digest."""
    return _DIGEST_PATTERN.fullmatch(text) is not None


def parse_digest(text: str) -> Digest:
    """Return *text* as a digest.

    Raises:
        InvalidReference: it is neither sha256 nor sha512 in lower-case hexadecimal digits.
    """
    if not is_digest(text):
        raise InvalidReference(f"'{printable(text)}' is not a digest (sha256:<64 hex> or sha512:<128 hex>)")
    return Digest(text)


def parse_reference(text: str, aliases: Mapping[str, str] = YANDEX_REGISTRY_ALIASES) -> ImageReference:
    """Parse an image reference as a container runtime reads it.

    Short names are Docker Hub's: `nginx` is `docker.io/library/nginx`. *aliases* maps a host to the one
    name of its registry. Every pattern is matched on the whole of its part and in linear time.

    Raises:
        InvalidReference: *text* is outside the grammar, too long, or the bare id of an image that a
            node may already hold.
    """
    if len(text) > MAX_REFERENCE_CHARACTERS:
        raise InvalidReference(f"it has {len(text)} characters, more than {MAX_REFERENCE_CHARACTERS}")
    if _LOCAL_ID.fullmatch(text):
        raise InvalidReference("it is the bare id of a local image; name a repository and a digest")
    rest, at, digest_text = text.partition("@")
    digest = parse_digest(digest_text) if at else None
    name, tag = _split_tag(rest)
    domain, path = _split_domain(name)
    if _PATH.fullmatch(path) is None or len(path) > MAX_REPOSITORY_CHARACTERS:
        raise InvalidReference(f"'{printable(path)}' is not a repository path")
    return ImageReference(canonical_host(domain, aliases), path, tag, digest)


def _split_tag(rest: str) -> tuple[str, str | None]:
    """Take the tag off: what follows a colon behind the last slash (before it, a colon is the port's)."""
    head, colon, tag = rest.rpartition(":")
    if not colon or "/" in tag:
        return rest, None
    if _TAG.fullmatch(tag) is None:
        raise InvalidReference(f"'{printable(tag)}' is not a tag")
    return head, tag


def _split_domain(name: str) -> tuple[str, str]:
    """Tell host from path by the rule of the Docker tools: a host has a dot, a colon, a capital or is `localhost`."""
    first, slash, path = name.partition("/")
    if not slash:
        return DOCKER_HUB, f"library/{name}"
    if not (set(".:") & set(first) or first == "localhost" or first.lower() != first):
        return DOCKER_HUB, name
    if _DOMAIN.fullmatch(first) is None:
        raise InvalidReference(f"'{printable(first)}' is not a registry host")
    if first.lower() in {DOCKER_HUB, f"index.{DOCKER_HUB}"}:
        return DOCKER_HUB, path if "/" in path else f"library/{path}"
    return first, path


def canonical_host(domain: str, aliases: Mapping[str, str]) -> str:
    """Return the one name of a registry: in lower case, without the usual port, and not an alias."""
    host = domain.lower().removesuffix(":443")
    return aliases.get(host, host)
