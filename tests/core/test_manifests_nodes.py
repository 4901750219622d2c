"""Indexes that a node reads otherwise than they look: containerd takes the first entry that fits its platform.

Whoever pushes an index writes its bytes. What a node could pull must not be hidden from the gate: it is named as
the node names it, or the index is unreadable.
"""

from contextlib import suppress
from typing import Any

import pytest

from tests.builders import digest_of
from tests.core.test_manifests import STATEMENT, entry, index, parsed
from webhook.core.manifests import runnable
from webhook.core.registry import Children
from webhook.errors import Unreadable

HIDDEN, SHOWN = digest_of("hidden"), digest_of("shown")


@pytest.mark.parametrize(
    ("platform", "name"),
    [
        ({"os": "linux", "architecture": "amd64", "variant": "v1"}, "linux/amd64"),
        ({"os": "linux", "architecture": "amd64", "variant": "V1"}, "linux/amd64"),
        ({"os": "linux", "architecture": "AMD64"}, "linux/amd64"),
        ({"os": "linux", "architecture": "x86_64"}, "linux/amd64"),
        ({"os": "linux", "architecture": "x86-64"}, "linux/amd64"),
        ({"os": "Linux", "architecture": "amd64"}, "linux/amd64"),
        ({"os": "", "architecture": "amd64"}, "linux/amd64"),
        ({"os": "linux", "architecture": "aarch64"}, "linux/arm64"),
        ({"os": "linux", "architecture": "arm64", "variant": "8"}, "linux/arm64"),
        ({"os": "linux", "architecture": "arm64", "variant": "V8"}, "linux/arm64"),
        ({"os": "linux", "architecture": "arm"}, "linux/arm/v7"),
        ({"os": "linux", "architecture": "arm", "variant": "7"}, "linux/arm/v7"),
        ({"os": "linux", "architecture": "arm", "variant": "6"}, "linux/arm/v6"),
        ({"os": "linux", "architecture": "armhf"}, "linux/arm/v7"),
        ({"os": "linux", "architecture": "armel"}, "linux/arm/v6"),
        ({"os": "linux", "architecture": "i386"}, "linux/386"),
    ],
)
def test_other_names_of_a_platform_do_not_hide_it(platform: dict[str, Any], name: str) -> None:
    """Old names, capitals and default variants are the platform that a node takes them for."""
    with suppress(Unreadable):
        assert parsed(index(entry(platform))) == ((name, digest_of("child")),)


@pytest.mark.parametrize("annotations", [{STATEMENT: "attestation-manifest"}, {STATEMENT: ""}])
def test_image_cannot_call_itself_an_attestation(annotations: dict[str, str]) -> None:
    """A node does not read annotations: what has a platform is an image."""
    with suppress(Unreadable):
        found = parsed(index(entry(digest=HIDDEN, annotations=annotations), entry(digest=SHOWN)))
        assert found == (("linux/amd64", HIDDEN), ("linux/amd64", SHOWN))


def test_entry_without_a_platform_is_not_passed_over() -> None:
    """A node reads the platform of such an image from the image itself."""
    nameless = {"digest": HIDDEN, "annotations": {STATEMENT: "attestation-manifest"}}

    with pytest.raises(Unreadable):
        parsed(index(nameless, entry(digest=SHOWN)))


@pytest.mark.parametrize(
    "document",
    [
        index(entry(digest=SHOWN), Manifests=[entry(digest=HIDDEN)]),
        index(entry(digest=SHOWN, Digest=HIDDEN)),
        index(entry(digest=SHOWN, DIGEST=HIDDEN)),
        index(entry({"os": "windows", "architecture": "amd64"}, Platform={"os": "linux"}), entry(digest=SHOWN)),
        index(entry({"os": "windows", "architecture": "amd64", "OS": "linux"}), entry(digest=SHOWN)),
        index(entry({"os": "linux", "architecture": "s390x", "Architecture": "amd64"}), entry(digest=SHOWN)),
        index(entry({"os": "linux", "architecture": "amd64", "variant": "v9", "Variant": ""}), entry(digest=SHOWN)),
        index(entry(digest=SHOWN), MediaType="application/vnd.oci.image.manifest.v1+json"),
        index(entry() | {"digest": SHOWN, "dige\u017ft": HIDDEN}),
    ],
)
def test_keys_that_differ_in_case_are_unreadable(document: Any) -> None:
    """A node's reader does not tell capitals from small letters and takes the last of two: neither is believed."""
    with pytest.raises(Unreadable):
        parsed(document)


@pytest.mark.parametrize(
    "platform",
    [
        {"os": "linux", "architecture": "amd64", "variant": "v1"},
        {"os": "linux", "architecture": "arm64", "variant": "8"},
        {"os": "linux", "architecture": "arm", "variant": "7"},
        {"os": "linux", "architecture": "armhf"},
        {"os": "linux", "architecture": "x86_64"},
        {"os": "linux", "architecture": "amd64\n"},
        {"os": "linux", "architecture": "ａｍｄ64"},
        {"os": "linux/x", "architecture": "amd64"},
        {"os": "linux", "architecture": ["amd64"]},
        {"os": "linux", "architecture": "amd64", "variant": {"a": 1}},
        {"os": True, "architecture": "amd64"},
    ],
)
def test_platform_that_is_not_clear_is_unreadable(platform: dict[str, Any]) -> None:
    """What two readers could take for two platforms is not decided here."""
    with pytest.raises(Unreadable):
        parsed(index(entry(platform)))


AMD, ARM, OLD = (("linux/amd64", digest_of("amd")), ("linux/arm64", digest_of("arm")), ("linux/386", digest_of("386")))
ARM7, ARM6 = ("linux/arm/v7", digest_of("v7")), ("linux/arm/v6", digest_of("v6"))


@pytest.mark.parametrize(
    ("children", "platforms", "judged"),
    [
        ((AMD, ARM, OLD), {"linux/amd64"}, (AMD,)),
        ((AMD, ARM, OLD), {"linux/amd64", "linux/arm64"}, (AMD, ARM)),
        ((ARM, OLD), {"linux/amd64"}, (OLD,)),
        ((ARM, OLD), {"linux/amd64", "linux/arm64"}, (ARM, OLD)),
        ((AMD, ARM7, ARM6), {"linux/arm64"}, (ARM7, ARM6)),
        ((ARM6,), {"linux/arm/v7"}, (ARM6,)),
        ((AMD, AMD), {"linux/amd64"}, (AMD, AMD)),
        ((AMD,), {"linux/s390x"}, ()),
        ((), {"linux/amd64"}, ()),
    ],
)
def test_what_nodes_could_run_is_judged(children: Children, platforms: set[str], judged: Children) -> None:
    """The images of the nodes' own platforms, and where one is not there those that a node takes instead."""
    assert runnable(children, platforms) == judged
