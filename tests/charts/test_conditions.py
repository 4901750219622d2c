"""The match conditions: what they spare the gate is nothing that the gate would judge.

They are evaluated on the recorded requests of a real API server, and on requests made from them.
"""

import copy
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import cel
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.charts.release import release
from tests.core.test_review_recorded import FOLDER, JUDGED, RECORDED
from webhook.core.reasons import Exempt
from webhook.core.review import parse_review
from webhook.core.workloads import BUILT_IN, Kind
from webhook.errors import InvalidReview

ROLLOUT = Kind("argoproj.io", "Rollout")
KINDS = {**BUILT_IN, ROLLOUT: ("spec", "template")}

SPARED = {
    "deployment-update-annotation-only",
    "pod-status-subresource",
    "pod-update-finalizer-added",
    "pod-update-label-only",
    "pod-update-while-terminating",
}

JUNK = st.sampled_from([None, "x", 0, [], {}, {"a": 1}, [{"name": "app", "image": "b"}]])


@cache
def conditions() -> tuple[cel.Program, ...]:
    """Return the conditions that a release with a further kind has."""
    found = release("pod-templates").expected["matchConditions"]
    return tuple(cel.compile(condition["expression"]) for condition in found)


def asked(request: dict[str, Any]) -> bool:
    """Tell whether the API server would ask the gate. An error in a condition fails the request, and the test."""
    known = {"request": request, "object": request.get("object"), "oldObject": request.get("oldObject")}
    answers = [condition.execute(known) for condition in conditions()]
    assert all(isinstance(answer, bool) for answer in answers)
    return all(answers)


def spared(request: dict[str, Any]) -> bool:
    """Tell whether a request passes unasked. An error does as the gate does with riddles: `failurePolicy` decides."""
    try:
        return not asked(request)
    except TypeError:
        return False


def judged(request: dict[str, Any]) -> bool:
    """Tell whether the gate would look at images, or find that it cannot understand the request."""
    body = json.dumps({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request})
    try:
        return not isinstance(parse_review(body.encode(), KINDS, {}).task, Exempt)
    except InvalidReview:
        return True


def recorded(name: str) -> dict[str, Any]:
    """Return a recorded request."""
    request: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_bytes())["request"]
    return request


@pytest.mark.parametrize("name", RECORDED)
def test_what_the_gate_judges_it_is_asked_about(name: str) -> None:
    """Each recorded request with an image to judge reaches the gate; of the others, updates of no interest do not."""
    assert asked(recorded(name)) or name not in JUDGED
    assert asked(recorded(name)) is (name not in SPARED)


def updates() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield an update of each kind, from a recorded creation, that changes nothing yet."""
    for name in JUDGED:
        request = recorded(name)
        request["operation"] = "UPDATE"
        request["oldObject"] = copy.deepcopy(request["object"])
        yield name, request
    rollout = recorded("deployment-create") | {"operation": "UPDATE"}
    rollout["kind"] = {"group": "argoproj.io", "version": "v1alpha1", "kind": "Rollout"}
    rollout["oldObject"] = copy.deepcopy(rollout["object"])
    yield "rollout", rollout


UPDATES = dict(updates())


def pod_of(request: dict[str, Any], side: str) -> Any:
    """Return the pod or pod template of one side of a request."""
    node = request[side]
    for step in KINDS[Kind(request["kind"]["group"], request["kind"]["kind"])]:
        node = node[step]
    return node


@pytest.mark.parametrize("name", UPDATES)
def test_an_update_of_everything_else_does_not_need_the_gate(name: str) -> None:
    """Scaling, labels, annotations and finalizers of an object pass while the gate is down."""
    request = copy.deepcopy(UPDATES[name])
    request["object"]["metadata"] |= {"labels": {"a": "b"}, "annotations": {"c": "d"}, "finalizers": ["e/f"]}
    if "spec" in request["object"] and request["kind"]["kind"] != "Pod":
        request["object"]["spec"]["replicas"] = 7

    assert not asked(request)
    assert not judged(request)


@pytest.mark.parametrize("field", ["containers", "initContainers", "ephemeralContainers", "volumes"])
@pytest.mark.parametrize("name", UPDATES)
def test_an_update_that_brings_in_an_image_does(name: str, field: str) -> None:
    """An image that is added or replaced, in any place and any kind, reaches the gate."""
    request = copy.deepcopy(UPDATES[name])
    spec = pod_of(request, "object")["spec"]
    more = {"image": {"reference": "evil"}} if field == "volumes" else {"image": "evil"}
    spec[field] = [*spec.get(field, []), {"name": "more", **more}]

    assert judged(request)
    assert asked(request)


@pytest.mark.parametrize("name", UPDATES)
def test_an_object_that_is_being_deleted_can_be_let_go(name: str) -> None:
    """Its finalizers can be taken off while the gate is down; only the stored object says that it is being deleted."""
    pretending, deleted = copy.deepcopy(UPDATES[name]), copy.deepcopy(UPDATES[name])
    for request, side in ((pretending, "object"), (deleted, "oldObject")):
        pod_of(request, "object")["spec"]["containers"][0]["image"] = "evil"
        request[side]["metadata"]["deletionTimestamp"] = "2026-11-24T12:00:00Z"

    assert not asked(deleted)
    assert asked(pretending)


@pytest.mark.parametrize("name", UPDATES)
def test_creating_is_never_spared(name: str) -> None:
    """A new object reaches the gate, even if it says that it is being deleted."""
    request = copy.deepcopy(UPDATES[name]) | {"operation": "CREATE", "oldObject": None}
    request["object"]["metadata"]["deletionTimestamp"] = "2026-11-24T12:00:00Z"

    assert asked(request)


def test_a_kind_that_the_conditions_do_not_know_is_never_spared() -> None:
    """An unknown kind reaches the gate even if nothing changes: sparing it would need to know where its pod is."""
    request = copy.deepcopy(UPDATES["rollout"])
    request["kind"]["group"] = "other.example"

    assert asked(request)


@given(name=st.sampled_from(sorted(UPDATES)), path=st.lists(st.integers(0, 9), min_size=1, max_size=8), value=JUNK)
def test_what_is_spared_is_never_judged(name: str, path: list[int], value: Any) -> None:
    """Whatever is replaced in what describes pods: where the gate would find an image, or a riddle, it is asked."""
    request = copy.deepcopy(UPDATES[name])
    described = "template" if name.startswith("podtemplate") else "spec"
    _replace(request["object"][described], path, value)

    assert not spared(request) or not judged(request)


def test_a_condition_that_cannot_be_answered_spares_nothing() -> None:
    """No object of a real API server is like that; it would be left to the failure policy."""
    request = copy.deepcopy(UPDATES["cronjob-create"])
    request["object"]["spec"]["jobTemplate"] = None

    assert not spared(request)


def _replace(node: Any, path: list[int], value: Any) -> None:
    """Put *value* somewhere below *node*; the *path* chooses a child at each step."""
    keys = list(node) if isinstance(node, dict) else list(range(len(node)))
    key = keys[path[0] % len(keys)]
    child = node[key]
    if len(path) > 1 and isinstance(child, dict | list) and child:
        _replace(child, path[1:], value)
    else:
        node[key] = value
