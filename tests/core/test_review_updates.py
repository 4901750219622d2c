"""Updates: judged by the images that they bring in, and never in the way of an object that has to go."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import PINNED, container, images_in, parsed, pod, review, texts_in, update
from webhook.core.lookup import ANNOTATION_PREFIX
from webhook.core.pods import MAX_IMAGES
from webhook.core.reasons import Exempt
from webhook.core.workloads import Kind

DEPLOYMENT = Kind("apps", "Deployment")
OLD, NEW = "old.example/a:1", "new.example/a:1"
GOING = {"name": "web", "deletionTimestamp": "2026-11-24T00:00:00Z"}


def template(inner: Any, **metadata: Any) -> dict[str, Any]:
    """Return a deployment of a pod."""
    return {"metadata": metadata, "spec": {"replicas": 3, "template": inner}}


@pytest.mark.parametrize(
    "change",
    [
        {"metadata": {"name": "web", "labels": {"a": "b"}}},
        {"metadata": {"name": "web", "finalizers": ["example.com/x"]}},
        {"metadata": {"name": "web", "finalizers": None, "ownerReferences": [{"uid": "x"}]}},
        {"metadata": {"name": "web", "annotations": {f"{ANNOTATION_PREFIX}app": "che2"}}},
        {"metadata": {"name": "web", "annotations": {f"{ANNOTATION_PREFIX}app": "../no/id"}}},
        {"status": {"phase": "Failed"}},
        {"spec": {"containers": [container(OLD, "renamed")]}},
        {"spec": {"containers": [container(OLD)], "activeDeadlineSeconds": 5, "nodeName": "n1"}},
        {"spec": {"containers": [container(OLD), container(OLD, "twin")]}},
        {"spec": {"initContainers": [container(OLD, "init")], "containers": [container(OLD)]}},
    ],
)
def test_update_without_a_new_image_is_let_through(change: dict[str, Any]) -> None:
    """Whatever else an update changes, an image that is there already is not judged again."""
    assert parsed(update(pod(OLD) | change, pod(OLD))).task is Exempt.NO_NEW_IMAGE


def test_update_of_the_image_is_judged() -> None:
    """The new image is judged, and the old one beside it is not."""
    assert texts_in(update(pod(NEW, OLD), pod(OLD))) == [NEW]


@pytest.mark.parametrize("spelling", [f"{OLD} ", OLD.upper(), OLD.replace(":1", ":2"), f"{OLD}@sha256:", "docker.io/a"])
def test_another_spelling_is_another_image(spelling: str) -> None:
    """Only the very same text is the image that was admitted before."""
    assert texts_in(update(pod(spelling), pod(OLD))) == [spelling]


def test_image_of_another_place_is_not_new() -> None:
    """An image that moves from one container or volume to another was in the pod before."""
    volume = {"name": "model", "image": {"reference": NEW}}
    old, new = pod(OLD, volumes=[volume]), pod(OLD, ephemeralContainers=[container(NEW, "debug")])

    assert parsed(update(new, old)).task is Exempt.NO_NEW_IMAGE


def test_image_that_nobody_ran_is_new() -> None:
    """What stood in a field that no Kubernetes reads is judged when it comes to where it would run; left, it stays."""
    odd = {"future": {"image": NEW}}

    assert texts_in(update(pod(OLD, NEW), pod(OLD, **odd))) == [NEW]
    assert texts_in(update(pod(NEW, **odd), pod(OLD, **odd))) == [NEW]
    assert parsed(update(pod(OLD, OLD, **odd), pod(OLD, **odd))).task is Exempt.NO_NEW_IMAGE
    assert parsed(update(pod(OLD, future={"image": OLD}), pod(OLD))).task is Exempt.NO_NEW_IMAGE


def test_new_image_among_more_old_ones_than_are_looked_up_is_found() -> None:
    """The bound on images does not hide the one that is new."""
    old = [f"old.example/a:{number}" for number in range(5 * MAX_IMAGES)]

    assert texts_in(update(pod(*old, NEW), pod(*old))) == [NEW]
    assert parsed(update(pod(*old), pod(*old))).task is Exempt.NO_NEW_IMAGE


@pytest.mark.parametrize("old", [None, {}, "odd", [], {"spec": None}, {"spec": {"containers": []}}, {"spec": 1}])
def test_stored_object_that_cannot_be_read_knows_no_image(old: Any) -> None:
    """Where nothing can be learnt of what was there, every image is new."""
    assert texts_in(update(pod(NEW), old)) == [NEW]


def test_creation_has_no_stored_object() -> None:
    """A creation that comes with an old object is a creation: everything in it is new."""
    assert texts_in(review(pod(NEW), old=pod(NEW))) == [NEW]


@pytest.mark.parametrize(
    ("kind", "holds"), [(DEPLOYMENT, template), (Kind("", "Pod"), lambda inner: inner)], ids=["Deployment", "Pod"]
)
def test_update_of_what_is_being_deleted_is_let_through(kind: Kind, holds: Any) -> None:
    """The stored object is on its way out: nothing keeps its finalizers from being removed."""
    old, new = holds(pod(OLD)) | {"metadata": GOING}, holds(pod(NEW)) | {"metadata": GOING}

    assert parsed(update(new, old, kind=kind)).task is Exempt.TERMINATING


@pytest.mark.parametrize("operation", ["CREATE", "UPDATE"])
def test_new_object_cannot_claim_to_be_going(operation: str) -> None:
    """Whoever writes an object writes its metadata: only what is stored is believed."""
    forged = pod(NEW) | {"metadata": GOING}

    assert texts_in(review(forged, old=pod(OLD), operation=operation)) == [NEW]


def test_creation_cannot_bring_a_stored_object_that_is_going() -> None:
    """A creation has no past."""
    assert texts_in(review(pod(NEW), old=pod(OLD) | {"metadata": GOING})) == [NEW]


@pytest.mark.parametrize("metadata", [None, {}, {"deletionTimestamp": None}, {"deletionTimestamp": 1}, "odd", []])
def test_stored_object_without_a_time_of_deletion_is_not_going(metadata: Any) -> None:
    """No time, null, or something that is no time: the update is judged."""
    assert texts_in(update(pod(NEW), pod(OLD) | {"metadata": metadata})) == [NEW]


def test_template_that_is_being_deleted_says_nothing_about_its_object() -> None:
    """Only the object's own metadata count, not those of the pod inside it."""
    old = template(pod(OLD) | {"metadata": GOING}, name="web")

    assert texts_in(update(template(pod(NEW)), old, kind=DEPLOYMENT)) == [NEW]


def test_scaling_a_deployment_brings_no_image() -> None:
    """Three replicas more, the same template: also for an image that would be refused today."""
    old = template(pod("Bad/Image"))
    new = {**old, "spec": {**old["spec"], "replicas": 6}}

    assert parsed(update(new, old, kind=DEPLOYMENT)).task is Exempt.NO_NEW_IMAGE


TEXTS = st.lists(st.sampled_from([OLD, NEW, PINNED, "nginx", "Bad/Image", ""]), min_size=1, max_size=6)


@settings(max_examples=150)
@given(TEXTS, TEXTS)
def test_exactly_the_new_images_are_judged(old: list[str], new: list[str]) -> None:
    """What an update judges is what the new pod names and the stored one does not, each once."""
    task = parsed(update(pod(*new), pod(*old))).task
    judged = [] if isinstance(task, Exempt) else [image.text for image in task.images]

    assert judged == list(dict.fromkeys(text for text in new if text not in old))


def test_places_of_a_new_image_are_all_listed() -> None:
    """A new image in two containers is one finding about both."""
    found = images_in(update(pod(OLD, NEW, NEW), pod(OLD)))

    assert [[place.name for place in image.places] for image in found] == [["app-1", "app-2"]]
