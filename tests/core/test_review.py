"""AdmissionReview v1 coming in: who wants what, and what is no review at all."""

from typing import Any

import pytest

from tests.builders import PINNED, body, parsed, pod, review, texts_in
from webhook.core.images import YANDEX_REGISTRY_ALIASES
from webhook.core.reasons import Exempt
from webhook.core.review import MAX_UID_CHARACTERS, Operation, Request, parse_review
from webhook.core.workloads import POD, Kind
from webhook.errors import InvalidReview

MINIMAL = review(pod(PINNED))


def changed(**fields: Any) -> dict[str, Any]:
    """Return a good review with other fields in its request."""
    return MINIMAL | {"request": MINIMAL["request"] | fields}


def without(*fields: str) -> dict[str, Any]:
    """Return a good review whose request lacks some fields."""
    return MINIMAL | {"request": {key: value for key, value in MINIMAL["request"].items() if key not in fields}}


def test_request_says_who_wants_what() -> None:
    """All that the answer and the audit record need is read."""
    document = review(pod(PINNED), subResource="ephemeralcontainers", dryRun=True, operation="UPDATE")

    assert parsed(document).request == Request(
        uid="705ab4f5-6393-11e8-b7cc-42010a800002",
        operation=Operation.UPDATE,
        kind=POD,
        version="v1",
        subresource="ephemeralcontainers",
        namespace="shop",
        name="web",
        user="alice",
        dry_run=True,
    )


@pytest.mark.parametrize("field", ["name", "namespace", "subResource", "dryRun", "userInfo", "oldObject"])
@pytest.mark.parametrize("value", ["absent", None])
def test_what_an_api_server_may_leave_out_is_not_needed(field: str, value: str | None) -> None:
    """A cluster-wide object has no namespace, a generated name is empty, and a user may be nobody."""
    document = without(field) if value else changed(**{field: None})

    assert texts_in(document) == [PINNED]


@pytest.mark.parametrize("field", ["uid", "kind", "operation", "object"])
@pytest.mark.parametrize("value", ["absent", None])
def test_what_every_request_has_is_required(field: str, value: str | None) -> None:
    """Without it the request cannot be understood, and is refused."""
    with pytest.raises(InvalidReview):
        parsed(without(field) if value else changed(**{field: None}))


@pytest.mark.parametrize(
    "changes",
    [
        {"apiVersion": "admission.k8s.io/v1beta1"},
        {"apiVersion": "admission.k8s.io/v2"},
        {"apiVersion": "v1"},
        {"apiVersion": ""},
        {"apiVersion": None},
        {"apiVersion": 1},
        {"kind": "AdmissionRequest"},
        {"kind": "admissionreview"},
        {"kind": "Status"},
        {"kind": None},
        {"request": None},
        {"request": {}},
        {"request": []},
        {"request": "request"},
    ],
)
def test_only_an_admission_review_of_version_1_is_understood(changes: dict[str, Any]) -> None:
    """Another version, another kind or no request: nothing is guessed."""
    with pytest.raises(InvalidReview, match=r"admission\.k8s\.io/v1"):
        parsed(MINIMAL | changes)


@pytest.mark.parametrize("operation", ["", "create", "PATCH", "*", "CREATE ", "UPDATE\n", None, 1, ["CREATE"]])
def test_unknown_operation_is_refused(operation: Any) -> None:
    """What the request does has to be known before anything is let through."""
    with pytest.raises(InvalidReview):
        parsed(review(pod(PINNED), operation=operation))


@pytest.mark.parametrize(
    "kind",
    [{}, {"kind": "Pod"}, {"group": "", "kind": "Pod"}, {"group": None, "version": "v1", "kind": "Pod"}, "Pod", []],
)
def test_kind_is_group_version_and_kind(kind: Any) -> None:
    """A kind of which a part is missing is not taken for one without images."""
    with pytest.raises(InvalidReview):
        parsed(changed(kind=kind))


@pytest.mark.parametrize("field", ["uid", "name", "namespace", "subResource", "operation"])
@pytest.mark.parametrize("value", [1, True, [], {}, 1.5])
def test_text_is_text(field: str, value: Any) -> None:
    """A number or an object in the place of a text is refused."""
    with pytest.raises(InvalidReview):
        parsed(changed(**{field: value}))


@pytest.mark.parametrize("length", [1, 36, MAX_UID_CHARACTERS])
def test_uid_is_echoed_whatever_it_is(length: int) -> None:
    """A uid up to the bound comes back letter by letter."""
    assert parsed(review(pod(PINNED), uid="u" * length)).request.uid == "u" * length


@pytest.mark.parametrize("length", [0, MAX_UID_CHARACTERS + 1, 100_000])
def test_uid_has_a_sensible_length(length: int) -> None:
    """An empty uid could not be answered, and a stranger does not choose how much is echoed."""
    with pytest.raises(InvalidReview, match="uid"):
        parsed(review(pod(PINNED), uid="u" * length))


@pytest.mark.parametrize(
    ("name", "metadata", "shown"),
    [
        ("web", {"name": "other"}, "web"),
        ("", {"name": "web-x7k2"}, "web-x7k2"),
        (None, {"generateName": "web-"}, "web-"),
        ("", {"name": "", "generateName": "web-"}, "web-"),
        ("", {}, ""),
        ("", None, ""),
    ],
)
def test_name_that_is_still_to_be_made_is_shown_as_far_as_it_is_known(
    name: str | None, metadata: Any, shown: str
) -> None:
    """The request's name, else the object's, else what a name will be made of."""
    assert parsed(review(pod(PINNED) | {"metadata": metadata}, name=name)).request.name == shown


@pytest.mark.parametrize("metadata", [1, "x", [], {"name": 1}])
def test_name_of_an_odd_object_is_empty(metadata: Any) -> None:
    """A deletion has no object, a strange one no name: both are only shown without."""
    assert parsed(review({"metadata": metadata}, name="", operation="DELETE")).request.name == ""


@pytest.mark.parametrize("operation", ["DELETE", "CONNECT"])
@pytest.mark.parametrize("obj", [None, {}, pod("nginx"), "odd"])
def test_deletions_and_connections_bring_no_image(operation: str, obj: Any) -> None:
    """Nothing is ever kept from being deleted, whatever the objects in the request are."""
    exempt = {"DELETE": Exempt.DELETION, "CONNECT": Exempt.CONNECTION}

    assert parsed(review(obj, old=pod("nginx"), operation=operation)).task is exempt[operation]


@pytest.mark.parametrize("kind", [Kind("", "ConfigMap"), Kind("autoscaling", "Scale"), Kind("apps", "Pod")])
def test_kind_that_holds_no_pod_has_no_image(kind: Kind) -> None:
    """What is sent here by mistake is let through, whatever its object looks like."""
    assert parsed(review(pod("nginx"), kind=kind)).task is Exempt.KIND


def test_configured_kind_is_judged() -> None:
    """A kind of somebody else is judged where its path is known."""
    rollout, path = Kind("argoproj.io", "Rollout"), ("spec", "template")
    document = body(review({"spec": {"template": pod("nginx")}}, kind=rollout))

    task = parse_review(document, {rollout: path}, YANDEX_REGISTRY_ALIASES)

    assert not isinstance(task.task, Exempt)
    assert (task.path, [image.text for image in task.task.images]) == (path, ["nginx"])
