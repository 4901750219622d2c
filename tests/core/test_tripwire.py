"""Images in places that no Kubernetes known here has."""

import json
from typing import Any

import pytest

from webhook.core.tripwire import unexpected_images
from webhook.errors import InvalidReview

CONTAINERS = {"containers": [{"name": "a", "image": "known"}]}
KNOWN = frozenset({"spec.containers[0].image"})


def found(spec: dict[str, Any], keys: int = 1) -> list[tuple[str, str]]:
    """Return the unexpected images of a spec whose one container is known."""
    return list(unexpected_images(json.dumps(spec, separators=(",", ":")).encode(), known=KNOWN, keys=keys))


def test_pod_as_kubernetes_knows_it_is_not_walked() -> None:
    """As many keys as there are known images: nothing is unexpected."""
    assert found(CONTAINERS) == []


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ({"image": "evil"}, "spec.image"),
        ({"reference": "evil"}, "spec.reference"),
        ({"future": {"image": "evil"}}, "spec.future.image"),
        ({"future": [{"image": "evil"}]}, "spec.future[0].image"),
        ({"sandboxes": [{}, {"a": {"reference": "evil"}}]}, "spec.sandboxes[1].a.reference"),
        ({"volumes": [{"oci": {"image": "evil"}}]}, "spec.volumes[0].oci.image"),
        ({"volumes": [{"image": {"layers": [{"reference": "evil"}]}}]}, "spec.volumes[0].image.layers[0].reference"),
        ({"containers": [*CONTAINERS["containers"], {"debug": {"image": "evil"}}]}, "spec.containers[1].debug.image"),
    ],
)
def test_image_somewhere_new_is_found(field: dict[str, Any], path: str) -> None:
    """Wherever a field of the future puts it, an image is found with its path."""
    assert found(CONTAINERS | field) == [(path, "evil")]


@pytest.mark.parametrize(
    "field",
    [
        {"nodeSelector": {"image": "gpu", "reference": "x"}},
        {"volumes": [{"rbd": {"image": "disk", "pool": "p"}}]},
        {"volumes": [{"flexVolume": {"options": {"image": "disk"}}}]},
        {"volumes": [{"csi": {"volumeAttributes": {"image": "disk"}}}]},
        {"volumes": [{"ephemeral": {"volumeClaimTemplate": {"metadata": {"labels": {"image": "x"}}}}}]},
        {"volumes": [{"ephemeral": {"volumeClaimTemplate": {"metadata": {"annotations": {"image": "x"}}}}}]},
        {"affinity": {"podAffinity": {"x": [{"labelSelector": {"matchLabels": {"image": "x"}}}]}}},
        {"topologySpreadConstraints": [{"labelSelector": {"matchLabels": {"reference": "x"}}}]},
        {"volumes": [{"image": {"pullPolicy": "Always"}}]},
        {"future": {"image": 1, "reference": None}},
        {"future": {"image": ["a"]}},
    ],
)
def test_words_of_the_author_are_no_images(field: dict[str, Any]) -> None:
    """Labels, selectors, options of drivers, block devices and what is no text raise no alarm."""
    assert found(CONTAINERS | field) == []


@pytest.mark.parametrize("text", ['"image":', '\\"image\\":', '{"image":"evil"}', "image", '","image":"evil'])
def test_text_about_an_image_is_none(text: str) -> None:
    """A value that looks like a key is still a value."""
    assert found(CONTAINERS | {"hostname": text, "args": [text, text]}) == []


@pytest.mark.parametrize("depth", [*range(850, 1000), 5_000])
def test_deep_spec_is_found_in_or_refused(depth: int) -> None:
    """A spec is walked to the image at its bottom, or refused as too deep; never half looked at."""
    spec = b'{"image":"evil","x":' + b'{"x":' * depth + b'{"image":"evil"}' + b"}" * depth + b"}"
    try:
        images = list(unexpected_images(spec, known=KNOWN, keys=1))
    except InvalidReview:
        return
    assert len(images) == 2


@pytest.mark.parametrize("spoilt", [b'"\xff"', b'{"\xff":1}', b'["\xc3\x28"]', b'{"image":"\xff"}'])
def test_spec_that_is_no_text_is_refused(spoilt: bytes) -> None:
    """Bytes that are not UTF-8 make a spec that cannot be understood."""
    with pytest.raises(InvalidReview):
        list(unexpected_images(b'{"image":"evil","x":%s}' % spoilt, known=KNOWN, keys=0))
