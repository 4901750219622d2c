"""The whole surface: no place, operation or kind lets an image into the cluster unjudged."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders import PINNED, container, images_in, parsed, pod, review, texts_in, update
from tests.fakes import DEADLINE, WORKLOAD, gate
from tests.situations import registry_with
from webhook.core.pods import Malformed
from webhook.core.reasons import Exempt, Reason
from webhook.core.workloads import BUILT_IN, Kind, Path

NEW = "new.example/evil:1"

PLACES: dict[str, Callable[[], dict[str, Any]]] = {
    "container": lambda: pod(PINNED, NEW),
    "first container": lambda: pod(NEW, PINNED),
    "init container": lambda: pod(PINNED, initContainers=[container(NEW, "init")]),
    "sidecar": lambda: pod(PINNED, initContainers=[container(NEW, "sidecar") | {"restartPolicy": "Always"}]),
    "ephemeral container": lambda: pod(PINNED, ephemeralContainers=[container(NEW, "debug")]),
    "image volume": lambda: pod(PINNED, volumes=[{"name": "model", "image": {"reference": NEW}}]),
}
"""Every place where Kubernetes takes an image from."""

FUTURE: dict[str, Callable[[], dict[str, Any]]] = {
    "field of the spec": lambda: pod(PINNED, sandboxImage={"image": NEW}),
    "list of the spec": lambda: pod(PINNED, machines=[{"image": NEW}]),
    "field of a container": lambda: {"spec": {"containers": [container(PINNED) | {"debugger": {"image": NEW}}]}},
    "other volume": lambda: pod(PINNED, volumes=[{"name": "x", "artifact": {"reference": NEW}}]),
    "deep": lambda: pod(PINNED, a=[{"b": {"c": [{"d": {"reference": NEW}}]}}]),
    "key of the spec": lambda: pod(PINNED, image=NEW),
}
"""Places where no Kubernetes known here has an image."""


def within(path: Path, inner: dict[str, Any] | None) -> Any:
    """Return an object that holds a pod at *path*."""
    outer: Any = inner
    for key in reversed(path):
        outer = {key: outer}
    return outer


@pytest.mark.parametrize("kind", list(BUILT_IN), ids=str)
@pytest.mark.parametrize("place", [*PLACES, *FUTURE])
@pytest.mark.parametrize("operation", ["CREATE", "UPDATE"])
def test_new_image_is_judged(kind: Kind, place: str, operation: str) -> None:
    """In each place of each kind, created or put in by an update, a new image is found."""
    path, new = BUILT_IN[kind], (PLACES | FUTURE)[place]()
    old = None if operation == "CREATE" else within(path, pod(PINNED))

    assert NEW in texts_in(review(within(path, new), old=old, kind=kind, operation=operation))


@pytest.mark.parametrize("kind", list(BUILT_IN), ids=str)
@pytest.mark.parametrize("place", [*PLACES, *FUTURE])
def test_old_image_is_not_judged_again(kind: Kind, place: str) -> None:
    """An update of an object that names the image already is not held up by it."""
    path, same = BUILT_IN[kind], (PLACES | FUTURE)[place]()

    assert parsed(update(within(path, same), within(path, same), kind=kind)).task is Exempt.NO_NEW_IMAGE


@pytest.mark.parametrize("subresource", ["ephemeralcontainers", "", None, "anything", "Status", "exec", "proxy"])
def test_every_subresource_that_could_bring_an_image_is_judged(subresource: str | None) -> None:
    """Only the subresources that are known to ignore images are passed over."""
    new = PLACES["ephemeral container"]()

    assert texts_in(update(new, pod(PINNED), subResource=subresource)) == [NEW]


@pytest.mark.parametrize("subresource", ["scale", "status", "resize", "binding", "eviction"])
def test_subresource_that_ignores_images_is_passed_over(subresource: str) -> None:
    """An API server takes no image from these, whatever the object says."""
    assert parsed(update(pod(NEW), pod(PINNED), subResource=subresource)).task is Exempt.SUBRESOURCE


@pytest.mark.parametrize("place", list(FUTURE))
def test_image_in_an_unknown_place_is_refused(place: str) -> None:
    """It may be looked up one day; until then a pod that has it cannot pass, however clean its images are."""
    images = images_in(review(FUTURE[place]()))

    verdict = gate(registry_with(None)).decide(WORKLOAD, images, DEADLINE)

    assert [finding.reason for finding in verdict.findings][-1] is Reason.UNEXPECTED_IMAGE_FIELD
    assert not verdict.allowed


def test_thousands_of_unknown_places_are_bounded() -> None:
    """A pod full of unknown places costs no more than the bound, and is refused all the same."""
    found = images_in(review(pod(PINNED, machines=[{"image": f"{NEW}{number}"} for number in range(5000)])))

    assert len(found) == 101
    assert all(isinstance(one.reference, Malformed) for one in found[1:])


@pytest.mark.parametrize(
    "imageless",
    [
        {"containers": [{"name": "app"}]},
        {"containers": [{"name": "app", "image": None}]},
        {"containers": [container(PINNED)], "initContainers": [{"name": "init"}]},
        {"containers": [container(PINNED)], "volumes": [{"name": "model", "image": {}}]},
    ],
)
def test_place_without_an_image_does_not_hide_an_unknown_one(imageless: dict[str, Any]) -> None:
    """A pod template may leave an image out; that does not make up for one where none is expected."""
    old, new = {"spec": imageless}, {"spec": imageless | {"future": {"image": NEW}}}
    path, kind = ("spec", "template"), Kind("apps", "Deployment")

    assert NEW in texts_in(update(within(path, new), within(path, old), kind=kind))
