"""Example manifests and the questions that are made of them."""

from typing import Any

import pytest

from webhook.core.documents import Document
from webhook.core.images import Digest
from webhook.core.reasons import Exempt
from webhook.core.review import Operation, parse_review
from webhook.core.workloads import BUILT_IN, Kind
from webhook.errors import InvalidDocument
from webhook.jobs.demo.examples import EXPECTATION, Example, parse_example, render_question

POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "namespace": "shop", "annotations": {EXPECTATION: "deny missing"}},
    "spec": {"containers": [{"name": "app", "image": "cr.yandex/r/web:1"}]},
}


def example(content: Any) -> Example:
    """Parse *content* as the file web.yaml."""
    return parse_example(Document("pods/web.yaml", content, Digest("sha256:" + "0" * 64)))


def test_a_manifest_says_what_to_expect() -> None:
    """The expected decision is an annotation of the object itself."""
    parsed = example(POD)

    assert parsed.expected == "deny missing"
    assert parsed.title == "pod/web"
    assert parsed.namespace == "shop"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "not an example"),
        ({"kind": "Pod"}, "not an example"),
        (POD | {"metadata": {"annotations": {EXPECTATION: "allow"}}}, "not an example"),
        (POD | {"metadata": {"name": "web"}}, "annotations"),
        (POD | {"metadata": {"name": "web", "annotations": {"other": "x"}}}, EXPECTATION),
    ],
)
def test_anything_else_is_refused(content: Any, problem: str) -> None:
    """A file that is no manifest, has no name or does not say what to expect is named with its problem."""
    with pytest.raises(InvalidDocument, match=rf"pods/web\.yaml: .*{problem}"):
        example(content)


def test_the_question_is_a_review_of_a_creation() -> None:
    """The gate itself reads the question as the creation of that object, with its images."""
    review = parse_review(render_question(example(POD)), BUILT_IN, {})

    assert review.request.operation is Operation.CREATE
    assert review.request.kind == Kind("", "Pod")
    assert (review.request.namespace, review.request.name) == ("shop", "web")
    assert not isinstance(review.task, Exempt)
    assert [image.text for image in review.task.images] == ["cr.yandex/r/web:1"]


def test_a_group_and_its_version_are_told_apart() -> None:
    """`apps/v1` is version v1 of group apps."""
    parsed = example({**POD, "apiVersion": "apps/v1", "kind": "Deployment"})

    assert (parsed.group, parsed.version, parsed.title) == ("apps", "v1", "deployment/web")


def test_each_example_has_its_own_lasting_uid() -> None:
    """The same example is asked about under the same uid each time, another one under another."""
    other = example({**POD, "kind": "Job"})

    assert example(POD).uid == example(POD).uid
    assert example(POD).uid != other.uid
