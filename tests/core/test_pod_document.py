"""Pods as they are written: what is read of them, and what is none."""

from typing import Any

import msgspec
import pytest

from tests.builders import PINNED, body, container, pod
from webhook.core.pod_document import parse_pod
from webhook.errors import InvalidReview


def raw(document: Any) -> msgspec.Raw:
    """Return a document as it stands in a review."""
    return msgspec.Raw(body(document))


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"spec": None},
        {"spec": {}},
        {"spec": {"containers": []}},
        {"spec": {"containers": None}},
        {"spec": {"initContainers": [container(PINNED)]}},
        {"spec": []},
        {"spec": {"containers": {}}},
        {"spec": {"containers": ["nginx"]}},
        {"spec": {"containers": [{"image": 1}]}},
        {"spec": {"containers": [{"name": 1, "image": "a"}]}},
        {"spec": {"containers": [container(PINNED)], "volumes": [{"image": "model"}]}},
        {"spec": {"containers": [container(PINNED)], "initContainers": "none"}},
        {"metadata": {"annotations": {"a": 1}}, "spec": {"containers": [container(PINNED)]}},
        {"metadata": [], "spec": {"containers": [container(PINNED)]}},
        [],
        "pod",
        None,
        1,
    ],
)
def test_what_is_no_pod_is_refused(document: Any) -> None:
    """A pod of another shape, or without a container, is an error and not a pod without images."""
    with pytest.raises(InvalidReview):
        parse_pod(raw(document))


@pytest.mark.parametrize(
    ("spec", "account"),
    [
        ({"serviceAccountName": "a", "serviceAccount": "b"}, "a"),
        ({"serviceAccount": "b"}, "b"),
        ({"serviceAccountName": ""}, "default"),
        ({}, "default"),
    ],
)
def test_service_account_is_that_of_the_pod(spec: dict[str, str], account: str) -> None:
    """By its new or its old name, and `default` where none is named."""
    assert parse_pod(raw(pod(PINNED) | {"spec": pod(PINNED)["spec"] | spec})).service_account == account


def test_words_beside_the_spec_are_no_images() -> None:
    """A label or a status with a key of that name does not change what is found."""
    document = pod(PINNED)
    document["metadata"]["labels"] = {"image": "x"}
    document["status"] = {"containerStatuses": [{"image": "y"}]}
    read = parse_pod(raw(document))
    assert ([text for _, text in read.found], read.unexpected) == ([PINNED], ())
