"""Objects in manifests: every one is found, and asked about as an API server would."""

import json
from typing import Any

import pytest

from tests.builders import PINNED, parsed, pod, review
from tests.jobs.check.samples import POD, SERVICE
from webhook.adapters.manifests import read_manifests
from webhook.core.reasons import Exempt
from webhook.errors import InvalidDocument
from webhook.jobs.check.objects import Object, image_object, namespaces_in, objects_in


def found(text: str) -> list[Object]:
    """Return the objects in a stream."""
    return [one for document in read_manifests(text.encode(), "x.yaml") for one in objects_in(document)]


def as_json(content: Any) -> str:
    """Write it as JSON, which is YAML."""
    return json.dumps(content)


def test_documents() -> None:
    """Every document is an object; each knows its line."""
    objects = found(f"{POD}---\n{SERVICE}")
    assert [(one.kind, one.line()) for one in objects] == [("Pod", 3), ("Service", 12)]
    assert objects[0].line(("spec", "containers", 0, "image")) == 9


def test_lists() -> None:
    """Of a list its items are the objects, of lists in lists too; items of a typed list need not say what they are."""
    inner = {"apiVersion": "v1", "kind": "PodList", "items": [pod(PINNED), {"apiVersion": "v1", "kind": "Pod"}]}
    service = {"apiVersion": "v1", "kind": "Service"}
    objects = found(as_json({"apiVersion": "v1", "kind": "List", "items": [service, inner]}))
    assert [one.kind for one in objects] == ["Service", "Pod", "Pod"]
    assert objects[1].at == ("items", 1, "items", 0)
    assert objects[1].manifest["apiVersion"] == "v1"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([1], "x.yaml: the document: is no object of Kubernetes: apiVersion and kind are required"),
        ({"kind": "Pod"}, "the document: is no object"),
        ({"apiVersion": 1, "kind": "Pod"}, "the document: is no object"),
        ({"apiVersion": "v1", "kind": "List", "items": [{"a": 1}]}, "x.yaml:1: items[0]: is no object"),
        ({"apiVersion": "v1", "kind": "List", "items": ["a"]}, "items[0]: is no object"),
    ],
)
def test_what_is_no_object(content: Any, said: str) -> None:
    """It is told with its place: nothing is left out silently."""
    with pytest.raises(InvalidDocument) as raised:
        found(as_json(content))
    assert said in str(raised.value)


def test_lists_without_end() -> None:
    """Lists in lists are followed for a while only."""
    content: dict[str, Any] = {"apiVersion": "v1", "kind": "Pod"}
    for _ in range(8):
        content = {"apiVersion": "v1", "kind": "List", "items": [content]}
    with pytest.raises(InvalidDocument, match="too many lists"):
        found(as_json(content))


@pytest.mark.parametrize(("namespace", "expected"), [(None, "default"), ("shop", "shop")])
def test_question(namespace: str | None, expected: str) -> None:
    """It is asked about in its own namespace, or in the one that is given."""
    metadata = {"generateName": "web-"} | ({"namespace": namespace} if namespace else {})
    [one] = found(as_json({"apiVersion": "v1", "kind": "Pod", **pod(PINNED), "metadata": metadata}))
    request = parsed(one.question("default")).request
    assert (request.namespace, request.name, request.kind.name) == (expected, "web-", "Pod")


def test_review() -> None:
    """A review is asked as it is."""
    [one] = found(as_json(review(pod(PINNED), operation="DELETE", namespace="other")))
    assert one.is_review
    asked = parsed(one.question("default"))
    assert (asked.request.namespace, asked.task) == ("other", Exempt.DELETION)


def test_metadata_that_is_none() -> None:
    """Metadata of another shape has no names; what the gate says of the object is another matter."""
    [one] = found(as_json({"apiVersion": "v1", "kind": "Pod", "metadata": [1]}))
    assert one.metadata == {}
    assert json.loads(one.question("default"))["request"]["name"] == ""


def test_text_that_cannot_be_sent() -> None:
    """Half of a character is told, and nothing else escapes."""
    [one] = found('{"apiVersion": "v1", "kind": "Pod", "x": "\\ud800"}')
    with pytest.raises(InvalidDocument, match="cannot be written as JSON"):
        one.question("default")


def test_image() -> None:
    """An image is asked about as that of a pod."""
    task = parsed(image_object(PINNED).question("shop")).task
    assert not isinstance(task, Exempt)
    assert [image.text for image in task.images] == [PINNED]
    assert not image_object(PINNED).in_file


def test_namespaces() -> None:
    """Namespaces among the objects have the labels that they say, and the one that an API server adds."""
    objects = found(
        "{apiVersion: v1, kind: Namespace, metadata: {name: a, labels: {stage: prod}}}\n---\n"
        "{apiVersion: v1, kind: Namespace, metadata: {name: b}}\n---\n"
        "{apiVersion: v1, kind: Namespace}\n---\n"
        "{apiVersion: other/v1, kind: Namespace, metadata: {name: c}}\n"
    )
    assert namespaces_in(objects) == {
        "a": {"stage": "prod", "kubernetes.io/metadata.name": "a"},
        "b": {"kubernetes.io/metadata.name": "b"},
    }
