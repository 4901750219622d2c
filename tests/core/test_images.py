"""Image references: the grammar, and what a name is taken for."""

import time
from collections.abc import Callable

import pytest

from tests.core.references import SHA256, SHA512, accepted, refused, stricter
from webhook.core.images import (
    MAX_REFERENCE_CHARACTERS,
    MAX_REPOSITORY_CHARACTERS,
    YANDEX_REGISTRY_ALIASES,
    Digest,
    ImageReference,
    parse_digest,
    parse_reference,
)
from webhook.errors import InvalidReference


@pytest.mark.parametrize(("text", "registry", "repository", "tag", "digest"), accepted())
def test_reference_is_read_as_a_runtime_reads_it(
    text: str, registry: str, repository: str, tag: str | None, digest: Digest | None
) -> None:
    """Registry, repository, tag and digest are those that the grammar gives the text."""
    assert parse_reference(text) == ImageReference(registry, repository, tag, digest)


@pytest.mark.parametrize("text", [*refused(), *stricter()])
def test_what_is_outside_the_grammar_is_refused(text: str) -> None:
    """A text that is no reference is an error with a printable message, and never a guess."""
    with pytest.raises(InvalidReference) as caught:
        parse_reference(text)

    assert str(caught.value).isascii()
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize(
    "text",
    [
        f"cr.yandex.evil.com/crp1/a@{SHA256}",
        f"evil.com/cr.yandex/crp1/a@{SHA256}",
        f"evil/cr.yandex/a@{SHA256}",
        f"cr.yandex@{SHA256}",
        f"cr.yandex:443@{SHA256}",
        f"cr.yandex:80/crp1/a@{SHA256}",
        f"cr.yandex:0443/crp1/a@{SHA256}",
        f"cr-yandex/crp1/a@{SHA256}",
        f"a.cr.yandex/crp1/a@{SHA256}",
        f"cr.yandex.cr/crp1/a@{SHA256}",
    ],
)
def test_no_other_host_is_taken_for_the_registry(text: str) -> None:
    """A host, path or tag that only contains the registry's name is not the registry."""
    assert parse_reference(text).registry != "cr.yandex"


@pytest.mark.parametrize("host", ["cr.yandex", *YANDEX_REGISTRY_ALIASES])
@pytest.mark.parametrize("spelling", [str, str.upper, str.title, lambda host: f"{host}:443"])
def test_every_name_of_the_registry_is_one_registry(host: str, spelling: Callable[[str], str]) -> None:
    """Aliases, capitals and the default port do not hide which registry is meant."""
    assert parse_reference(f"{spelling(host)}/crp1/a").registry == "cr.yandex"


def test_further_aliases_replace_the_built_in_ones() -> None:
    """Whoever calls says which hosts are one; a host that is not named stays itself."""
    aliases = {"mirror.example": "cr.yandex"}

    assert parse_reference("Mirror.Example:443/a", aliases).registry == "cr.yandex"
    assert parse_reference("cr.cloud.yandex.net/a", aliases).registry == "cr.cloud.yandex.net"


def test_digest_decides_over_the_tag() -> None:
    """With both, both are kept, and the digest is what the gate looks up."""
    reference = parse_reference(f"cr.yandex/a:v1@{SHA512}")

    assert (reference.tag, reference.digest) == ("v1", SHA512)


@pytest.mark.parametrize("digest", [SHA256, SHA512])
def test_digest_is_itself(digest: Digest) -> None:
    """A digest in lower-case hexadecimal digits of the right number is one."""
    assert parse_digest(digest) == digest


@pytest.mark.parametrize(
    "text",
    ["", "sha256", "sha256:", SHA256[:-1], f"{SHA256}0", f"{SHA256}\n", f" {SHA256}", SHA256.upper(), SHA512[:-1]],
)
def test_what_is_no_digest_is_refused(text: str) -> None:
    """Wrong length, capitals, spaces and a newline at the end are no digest."""
    with pytest.raises(InvalidReference):
        parse_digest(text)


@pytest.mark.parametrize("length", [MAX_REFERENCE_CHARACTERS, MAX_REFERENCE_CHARACTERS + 1])
def test_reference_has_a_greatest_length(length: int) -> None:
    """As many characters as the bound are read, one more is refused before anything else."""
    text = f"{'a' * 63}.example/{'b' * MAX_REPOSITORY_CHARACTERS}:{'c' * 128}".ljust(length, "!")

    with pytest.raises(InvalidReference, match="is not a tag" if length <= MAX_REFERENCE_CHARACTERS else "more than"):
        parse_reference(text)


WORST = ["a", "-", ".", "_", "a-", "a.", "a_", "a/", "a:", "a@", "0.", "[", "[:", "aA", "-.", "__", "a--"]


@pytest.mark.parametrize("piece", WORST)
@pytest.mark.parametrize("end", ["", "!", "/", ":", "@", "-", "\n"])
def test_time_grows_no_faster_than_the_text(piece: str, end: str) -> None:
    """Eight times the text takes some eight times as long; a pattern that tries again would take thousands."""
    short, long = ((f"x.y/{piece * (size // len(piece))}")[: size - 1] + end for size in (64, 512))

    assert min(seconds(long) for _ in range(5)) < 40 * min(seconds(short) for _ in range(5))


def seconds(text: str) -> float:
    """Return how long it takes to read or refuse *text* a few times."""
    started = time.perf_counter()
    for _ in range(20):
        try:
            parse_reference(text)
        except InvalidReference:
            continue
    return time.perf_counter() - started
