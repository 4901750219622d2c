"""The question about an object, which the gate understands."""

import pytest

from tests.builders import PINNED, parsed, pod
from webhook.core.question import render_creation
from webhook.core.reasons import Exempt
from webhook.core.review import Operation, Review
from webhook.core.workloads import Kind


def asked(api_version: str, kind: str) -> Review:
    """Return the question about an object, as the gate reads it."""
    manifest = {"apiVersion": api_version, "kind": kind, "spec": {"template": pod(PINNED)}, **pod(PINNED)}
    return parsed(render_creation(manifest, uid="u", namespace="shop", name="web", user="alice"))


@pytest.mark.parametrize(
    ("api_version", "kind", "expected"),
    [("v1", "Pod", Kind("", "Pod")), ("apps/v1", "Deployment", Kind("apps", "Deployment"))],
)
def test_question(api_version: str, kind: str, expected: Kind) -> None:
    """It is the creation of that object, with its kind and group."""
    request = asked(api_version, kind).request
    assert (request.operation, request.kind, request.version) == (Operation.CREATE, expected, "v1")
    assert (request.uid, request.namespace, request.name, request.user) == ("u", "shop", "web", "alice")


def test_images_are_found() -> None:
    """Its images are judged as those of any request."""
    task = asked("v1", "Pod").task
    assert not isinstance(task, Exempt)
    assert [image.text for image in task.images] == [PINNED]
