"""Which kinds hold a pod, and where."""

import msgspec
import pytest

from tests.builders import body, parsed, pod, review, texts_in
from webhook.core.reasons import Exempt
from webhook.core.workloads import BUILT_IN, POD, Kind, Path, parse_kind, pod_template
from webhook.errors import Invalid, InvalidReview


def nested(path: Path, inner: object) -> object:
    """Return *inner* below the keys of *path*."""
    for key in reversed(path):
        inner = {key: inner}
    return inner


def test_every_kind_that_makes_pods_is_built_in() -> None:
    """The workload kinds of Kubernetes are all there, by group and name."""
    assert sorted(map(str, BUILT_IN)) == [
        "CronJob.batch",
        "DaemonSet.apps",
        "Deployment.apps",
        "Job.batch",
        "Pod",
        "PodTemplate",
        "ReplicaSet.apps",
        "ReplicationController",
        "StatefulSet.apps",
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [("Pod", POD), ("Deployment", Kind("apps", "Deployment")), ("Rollout.argoproj.io", Kind("argoproj.io", "Rollout"))],
)
def test_kinds_are_written_with_their_groups(text: str, kind: Kind) -> None:
    """Those of Kubernetes itself without."""
    assert parse_kind(text) == kind


def test_kind_without_its_group_is_refused() -> None:
    """With those that need none, and how the others are written."""
    with pytest.raises(
        Invalid, match=r"'Rollout' is none of CronJob, .* nor a kind with its group: Rollout.argoproj.io"
    ):
        parse_kind("Rollout")


@pytest.mark.parametrize("kind", list(BUILT_IN), ids=str)
@pytest.mark.parametrize("version", ["v1", "v1beta1", "v99"])
def test_image_is_found_in_each_kind(kind: Kind, version: str) -> None:
    """Wherever a kind keeps its pod, the image there is judged, in whatever version the object comes."""
    document = review(nested(BUILT_IN[kind], pod("nginx")), kind=kind)
    document["request"]["kind"]["version"] = version

    assert texts_in(document) == ["nginx"]


@pytest.mark.parametrize("kind", [kind for kind in BUILT_IN if kind != POD], ids=str)
def test_object_without_a_template_has_no_image(kind: Kind) -> None:
    """An object that does not go as far as its template, or has null there, brings no image."""
    path = BUILT_IN[kind]

    for length in range(len(path)):
        for end in ({}, nested(path[length : length + 1], None)):
            assert parsed(review(nested(path[:length], end), kind=kind)).task is Exempt.NO_POD_TEMPLATE


@pytest.mark.parametrize("kind", [kind for kind in BUILT_IN if kind != POD], ids=str)
@pytest.mark.parametrize("obstacle", [[], "text", 1, True, [{}]])
def test_way_to_the_template_that_is_no_object_is_refused(kind: Kind, obstacle: object) -> None:
    """Something that is no object on the way cannot be looked through, and is not skipped."""
    path = BUILT_IN[kind]

    for length in range(len(path) + 1):
        with pytest.raises(InvalidReview):
            parsed(review(nested(path[:length], obstacle), kind=kind))


def test_kind_is_written_as_kubernetes_writes_it() -> None:
    """Group and name, and the name alone for the core group."""
    assert (str(Kind("apps", "Deployment")), str(POD)) == ("Deployment.apps", "Pod")


def test_kind_of_another_group_is_another_kind() -> None:
    """A custom resource that calls itself Pod holds no pod that the kubelet runs."""
    assert parsed(review(pod("nginx"), kind=Kind("evil.example", "Pod"))).task is Exempt.KIND


def test_pod_template_is_returned_as_it_was_written() -> None:
    """What is found is the text of the template, not yet understood."""
    found = pod_template(msgspec.Raw(b'{"a":{"b":[1, 2]},"b":3}'), ("a", "b"))

    assert found is not None
    assert bytes(found) == b"[1, 2]"


@pytest.mark.parametrize("spoilt", [b'{"\xff":1}', b'{"spec":{"\xff":1}}', b'{"spec":{"template":{"\xff":1}}}'])
def test_key_that_is_no_text_is_refused(spoilt: bytes) -> None:
    """Bytes that are not UTF-8, in a key on the way to the template, make a review that cannot be understood."""
    document = body(review("spoilt", kind=Kind("apps", "Deployment"))).replace(b'"spoilt"', spoilt)

    with pytest.raises(InvalidReview):
        parsed(document)
