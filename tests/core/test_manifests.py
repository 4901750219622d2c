"""Image indexes: which images they hold, and for which platforms."""

import hashlib
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import body, digest_of
from webhook.core.images import Digest
from webhook.core.manifests import INDEX_TYPES, MANIFEST_TYPES, parse_index
from webhook.core.registry import Children
from webhook.errors import Unreadable

INDEX = "application/vnd.oci.image.index.v1+json"
STATEMENT = "vnd.docker.reference.type"
"""Annotation that BuildKit gives to what is a statement about an image; no node reads it."""
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def entry(platform: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return an entry of an index, for linux/amd64 if nothing else is said."""
    platform = {"os": "linux", "architecture": "amd64"} if platform is None else platform
    return {"mediaType": MANIFEST, "digest": digest_of("child"), "size": 7, "platform": platform} | more


def index(*entries: Any, **more: Any) -> dict[str, Any]:
    """Return an index."""
    return {"schemaVersion": 2, "mediaType": INDEX, "manifests": list(entries)} | more


def parsed(document: Any, algorithm: str = "sha256") -> Children | None:
    """Parse what a registry answers, given as a document or as bytes, under its true digest."""
    sent = document if isinstance(document, bytes) else body(document)
    return parse_index(sent, Digest(f"{algorithm}:{hashlib.new(algorithm, sent).hexdigest()}"))


@pytest.mark.parametrize(
    ("platform", "name"),
    [
        ({"os": "linux", "architecture": "amd64"}, "linux/amd64"),
        ({"os": "linux", "architecture": "arm64"}, "linux/arm64"),
        ({"os": "linux", "architecture": "arm64", "variant": "v8"}, "linux/arm64"),
        ({"os": "linux", "architecture": "arm64", "variant": "v9"}, "linux/arm64/v9"),
        ({"os": "linux", "architecture": "arm", "variant": "v7"}, "linux/arm/v7"),
        ({"os": "linux", "architecture": "arm", "variant": "v6"}, "linux/arm/v6"),
        ({"os": "linux", "architecture": "riscv64", "variant": "rva23u64"}, "linux/riscv64/rva23u64"),
        ({"os": "linux", "architecture": "amd64", "variant": ""}, "linux/amd64"),
        ({"os": "linux", "architecture": "amd64", "variant": None}, "linux/amd64"),
        ({"os": "windows", "architecture": "amd64", "os.version": "10.0.20348.1"}, "windows/amd64"),
    ],
)
def test_platform_has_the_name_that_settings_give_it(platform: dict[str, Any], name: str) -> None:
    """System, architecture and variant, without the variant that goes without saying."""
    assert parsed(index(entry(platform))) == ((name, digest_of("child")),)


@pytest.mark.parametrize("kind", sorted(INDEX_TYPES))
@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_every_image_of_an_index_is_a_child(kind: str, algorithm: str) -> None:
    """Both kinds of index, under both kinds of digest, give their images in order."""
    arm = entry({"os": "linux", "architecture": "arm64"}, digest=digest_of("arm"))

    assert parsed(index(entry(), arm, mediaType=kind), algorithm) == (
        ("linux/amd64", digest_of("child")),
        ("linux/arm64", digest_of("arm")),
    )


def test_index_may_leave_out_what_it_is() -> None:
    """The media type is optional; a list of manifests makes an index."""
    assert parsed({"schemaVersion": 2, "manifests": [entry()]}) == (("linux/amd64", digest_of("child")),)


@pytest.mark.parametrize("more", [{}, {"annotations": {STATEMENT: "attestation-manifest"}}])
def test_what_no_node_pulls_is_left_out(more: dict[str, Any]) -> None:
    """Attestations are no images: they have no scan, and must not be in the way of those that have."""
    attestation = entry({"os": "unknown", "architecture": "unknown"}, **more)

    assert parsed(index(attestation, entry())) == (("linux/amd64", digest_of("child")),)


@pytest.mark.parametrize(
    "manifest",
    [
        *({"mediaType": kind, "config": {}, "layers": []} for kind in sorted(MANIFEST_TYPES)),
        {"config": {}, "layers": []},
    ],
)
def test_manifest_of_one_image_is_no_index(manifest: dict[str, Any]) -> None:
    """A manifest has a scan of its own."""
    assert parsed(manifest) is None


def test_body_that_the_digest_does_not_name_is_unreadable() -> None:
    """What a registry or somebody between says is only believed if it hashes to what was asked for."""
    with pytest.raises(Unreadable):
        parse_index(body(index(entry())), digest_of("something else"))


@pytest.mark.parametrize(
    "document",
    [
        {"mediaType": "application/vnd.docker.distribution.manifest.v1+json"},
        {"mediaType": "text/html", "manifests": []},
        {"mediaType": ""},
        {"mediaType": INDEX},
        {"mediaType": INDEX, "manifests": None},
        {"mediaType": INDEX, "manifests": {}},
        {"manifests": "x"},
        {"mediaType": []},
        {"mediaType": {}},
        {"mediaType": 1},
        index(None),
        index("x"),
        index(1),
        index([]),
        index({}),
        index({"digest": digest_of("x")}),
        index(entry(digest="sha256:short")),
        index(entry(digest=None)),
        index(entry(digest=1)),
        index(entry(digest=[])),
        index(entry() | {"platform": None}),
        index(entry() | {"platform": "linux/amd64"}),
        index(entry() | {"platform": []}),
        index(entry({"os": "linux"})),
        index(entry({"architecture": "amd64"})),
        index(entry(annotations=None)),
        index(entry(annotations=1)),
        b"<html></html>",
        b"[]",
        b"null",
        b"1",
        b'"manifest"',
        b"",
        b'{"mediaType":"%s","manifests":[],"manifests":[]}' % INDEX.encode(),
        b"[" * 300_000,
    ],
)
def test_what_is_neither_index_nor_manifest_is_unreadable(document: Any) -> None:
    """An index of which a part is not understood could hide the one image that matters."""
    with pytest.raises(Unreadable):
        parsed(document)


VALUES: st.SearchStrategy[Any] = (
    st.none() | st.integers(0, 2) | st.text(max_size=5) | st.lists(st.none(), max_size=1) | st.just({})
)
PLATFORMS = st.dictionaries(st.sampled_from(["os", "architecture", "variant"]), VALUES)
ENTRIES = st.fixed_dictionaries(
    {}, optional={"digest": VALUES | st.just(digest_of("x")), "platform": VALUES | PLATFORMS, "annotations": VALUES}
)


@settings(max_examples=300)
@given(
    st.fixed_dictionaries(
        {},
        optional={"mediaType": VALUES | st.just(INDEX), "manifests": VALUES | st.lists(ENTRIES | VALUES, max_size=3)},
    )
    | VALUES
)
def test_any_document_is_read_or_unreadable(document: Any) -> None:
    """Whatever a registry answers, nothing else than Unreadable comes out."""
    with suppress(Unreadable):
        parsed(document)
