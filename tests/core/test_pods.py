"""The images of a pod: which there are, and what is known of each from the pod alone."""

from typing import Any

import msgspec
import pytest

from tests.builders import PINNED, REPOSITORY, body, container, digest_of, pod
from webhook.core.images import YANDEX_REGISTRY_ALIASES, ImageReference
from webhook.core.lookup import ANNOTATION_PREFIX
from webhook.core.pod_document import Place, parse_pod
from webhook.core.pods import MAX_IMAGES, NOTHING_KNOWN, Image, Known, Malformed, images_of, known_images
from webhook.core.reasons import Reason

OTHER = f"cr.yandex/{REPOSITORY}@{digest_of('other')}"


def raw(document: Any) -> msgspec.Raw:
    """Return a document as it stands in a review."""
    return msgspec.Raw(body(document))


def images(document: Any, known: Known = NOTHING_KNOWN) -> tuple[Image, ...]:
    """Return the images of a pod."""
    return images_of(parse_pod(raw(document)), YANDEX_REGISTRY_ALIASES, known=known)


def places(document: Any) -> list[tuple[str, str, str]]:
    """Return where a pod names images: what it is, its name, its path."""
    return [(place.what, place.name, place.field) for found in images(document) for place in found.places]


def annotations(document: Any) -> dict[str, str | None]:
    """Return what a pod says about the scan result of each image, by name of the container."""
    return {place.name: found.annotation for found in images(document) for place in found.places}


def test_every_place_is_named() -> None:
    """Containers, init containers, ephemeral containers and image volumes, each with its name and path."""
    spec: dict[str, Any] = {
        "initContainers": [container("init:1", "init"), container("proxy:1", "sidecar") | {"restartPolicy": "Always"}],
        "ephemeralContainers": [container("debug:1", "debugger")],
        "volumes": [{"name": "tmp", "emptyDir": {}}, {"name": "model", "image": {"reference": "model:1"}}],
    }

    assert places(pod("app:1", "log:1", **spec)) == [
        ("container", "app", "spec.containers[0].image"),
        ("container", "app-1", "spec.containers[1].image"),
        ("init container", "init", "spec.initContainers[0].image"),
        ("init container", "sidecar", "spec.initContainers[1].image"),
        ("ephemeral container", "debugger", "spec.ephemeralContainers[0].image"),
        ("volume", "model", "spec.volumes[1].image.reference"),
    ]


def test_image_that_stands_in_several_places_is_one() -> None:
    """It is judged once, for all its places."""
    found = images(pod(PINNED, PINNED, initContainers=[container(PINNED, "init")]))

    assert [place.name for place in found[0].places] == ["app", "app-1", "init"]
    assert len(found) == 1


def test_same_image_with_another_annotation_is_another() -> None:
    """Two claims about one image are two questions."""
    document = pod(PINNED, PINNED, annotations={f"{ANNOTATION_PREFIX}app": "che1"})

    assert [(found.annotation, found.places[0].name) for found in images(document)] == [
        ("che1", "app"),
        (None, "app-1"),
    ]


def test_annotation_belongs_to_the_container_of_its_name() -> None:
    """Each container finds its own; other annotations mean nothing."""
    document = pod(
        PINNED,
        OTHER,
        annotations={f"{ANNOTATION_PREFIX}app-1": "che2", f"{ANNOTATION_PREFIX}nobody": "che3", "app": "che4"},
    )

    assert annotations(document) == {"app": None, "app-1": "che2"}


@pytest.mark.parametrize("kind", ["initContainers", "ephemeralContainers"])
def test_annotation_reaches_every_kind_of_container(kind: str) -> None:
    """An init or ephemeral container is annotated like any other."""
    document = pod(PINNED, annotations={f"{ANNOTATION_PREFIX}x": "che1"}, **{kind: [container(OTHER, "x")]})

    assert annotations(document) == {"app": None, "x": "che1"}


@pytest.mark.parametrize(("name", "annotation"), [("model", "che1"), ("app", None)])
def test_annotation_of_a_volume_yields_to_a_container_of_that_name(name: str, annotation: str | None) -> None:
    """A volume may be annotated, unless the name is a container's as well."""
    volume = {"name": name, "image": {"reference": OTHER}}
    document = pod(PINNED, annotations={f"{ANNOTATION_PREFIX}{name}": "che1"}, volumes=[volume])

    assert images(document)[-1].annotation == annotation


def test_annotation_of_a_container_stays_its_own_in_an_update() -> None:
    """That the container's image is not new makes its annotation no one of a volume of the same name."""
    volume = {"name": "app", "image": {"reference": OTHER}}
    document = pod(PINNED, annotations={f"{ANNOTATION_PREFIX}app": "che1"}, volumes=[volume])

    [image] = images_of(parse_pod(raw(document)), YANDEX_REGISTRY_ALIASES, known=Known(frozenset({PINNED})))
    assert (image.text, image.annotation) == (OTHER, None)


def test_reference_is_parsed_with_the_aliases() -> None:
    """What is looked up carries the registry's proper name, and the text stays as written."""
    text = "cr.cloud.yandex.net/crp1/a:1"

    assert images(pod(text))[0] == Image(
        text, (Place("container", "app", "spec.containers[0].image"),), ImageReference("cr.yandex", "crp1/a", "1", None)
    )


@pytest.mark.parametrize("image", ["", "Not/An Image", "a" * 64, None])
def test_image_outside_the_grammar_stays_an_image(image: str | None) -> None:
    """It is malformed, and judged as such: neither left out nor an error for the whole pod."""
    found = images({"spec": {"containers": [container(image)]}})

    assert [one.text for one in found] == [image or ""]
    assert isinstance(found[0].reference, Malformed)
    assert found[0].reference.gap is Reason.INVALID_REFERENCE


def test_image_volume_without_a_reference_is_malformed() -> None:
    """An image volume names an image, even where it says none."""
    found = images(pod(PINNED, volumes=[{"name": "model", "image": {}}]))

    assert [isinstance(one.reference, Malformed) for one in found] == [False, True]


@pytest.mark.parametrize("number", [MAX_IMAGES, MAX_IMAGES + 1, 5000])
def test_more_images_than_are_looked_up_cannot_pass(number: int) -> None:
    """Up to the bound every image is looked up; beyond it one more stands for the rest, and is refused."""
    found = images(pod(*(f"cr.yandex/a@{digest_of(str(one))}" for one in range(number))))
    too_many = [one for one in found if isinstance(one.reference, Malformed)]

    assert len(found) == min(number, MAX_IMAGES + 1)
    assert [one.reference.gap for one in too_many if isinstance(one.reference, Malformed)] == [
        Reason.TOO_MANY_IMAGES
    ] * (number > MAX_IMAGES)


def test_thousands_of_containers_of_one_image_are_one() -> None:
    """The bound is on images, not on containers."""
    assert len(images(pod(*[PINNED] * 5000))) == 1


def test_known_images_are_left_out() -> None:
    """What the stored object names already is not judged again, and does not count for the bound."""
    old = {f"cr.yandex/a:{number}" for number in range(2 * MAX_IMAGES)}

    assert [one.text for one in images(pod(*sorted(old), PINNED), known=Known(frozenset(old)))] == [PINNED]


def test_known_images_are_all_that_a_pod_names() -> None:
    """Without a bound, and apart those in places that Kubernetes does not know."""
    many = [f"cr.yandex/a:{number}" for number in range(2 * MAX_IMAGES)]
    volumes = [{"name": "model", "image": {"reference": "model:1"}}]

    known = known_images(parse_pod(raw(pod(*many, volumes=volumes, future={"image": "new"}))))
    assert (known.found, known.unexpected) == ({*many, "model:1"}, {"new"})
