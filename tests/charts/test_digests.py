"""The policy for digests that the API server itself holds pods to."""

from typing import Any

import cel
import pytest

from tests.builders import PINNED, digest_of, pod
from tests.charts.release import release

SHA512 = f"a@sha512:{'0' * 128}"


def unpinned(new: dict[str, Any], old: dict[str, Any] | None = None) -> list[str]:
    """Return the images that the policy has something against."""
    spec = release("digests").one("ValidatingAdmissionPolicy", "scangate-digests")["spec"]
    variables: dict[str, Any] = {}
    operation = "CREATE" if old is None else "UPDATE"
    for variable in spec["variables"]:
        known = {"request": {"operation": operation}, "object": new, "oldObject": old, "variables": variables}
        variables[variable["name"]] = cel.evaluate(variable["expression"], known)
    passes = cel.evaluate(spec["validations"][0]["expression"], {"variables": variables})
    found: list[str] = variables["unpinned"]
    assert passes == (found == [])
    return found


@pytest.mark.parametrize("image", [PINNED, f"a:tag@{digest_of('a')}", SHA512])
def test_a_digest_passes(image: str) -> None:
    """An image by digest passes, with and without a tag."""
    assert unpinned(pod(image)) == []


@pytest.mark.parametrize(
    "image",
    [
        "nginx",
        "a:1",
        f"{PINNED}0",
        PINNED[:-1],
        PINNED.upper(),
        f"{PINNED}\n",
        f"{PINNED}:a",
        "a@sha256:",
        "",
        SHA512[1:-1],
    ],
)
def test_anything_else_does_not(image: str) -> None:
    """A tag, and everything that only looks like a digest, is refused."""
    assert unpinned(pod(image)) == [image]


@pytest.mark.parametrize(
    "more",
    [
        {"initContainers": [{"name": "a", "image": "evil"}]},
        {"ephemeralContainers": [{"name": "a", "image": "evil"}]},
        {"volumes": [{"name": "b", "emptyDir": {}}, {"name": "a", "image": {"reference": "evil"}}]},
    ],
    ids=["init", "ephemeral", "volume"],
)
def test_every_place_of_an_image_counts(more: dict[str, Any]) -> None:
    """Containers of all three lists, and image volumes."""
    assert unpinned(pod(PINNED, **more)) == ["evil"]


def test_a_container_without_an_image_does_not_pass() -> None:
    """What names no image has no digest either."""
    assert unpinned({"spec": {"containers": [{"name": "a"}], "volumes": [{"name": "v", "image": {}}]}}) == ["", ""]


def test_an_update_answers_for_what_it_brings_in() -> None:
    """A pod from before the policy can be labelled and let go of; another image in it needs a digest."""
    assert unpinned(pod("old"), pod("old")) == []
    assert unpinned(pod("new"), pod("old")) == ["new"]


def test_it_leaves_out_the_same_namespaces_as_the_webhook() -> None:
    """What the gate does not guard is not held to digests either, and nothing is that is being deleted."""
    spec = release("digests").one("ValidatingAdmissionPolicy", "scangate-digests")["spec"]

    assert spec["matchConstraints"]["namespaceSelector"] == release("digests").expected["namespaceSelector"]
    assert spec["matchConditions"] == release("digests").expected["matchConditions"][:1]
    assert spec["failurePolicy"] == "Fail"


def test_it_is_bound_and_acts_as_asked() -> None:
    """The binding names the policy, and what happens is what the values say."""
    binding = release("everything").one("ValidatingAdmissionPolicyBinding", "scangate-digests")["spec"]

    assert binding == {"policyName": "scangate-digests", "validationActions": ["Warn", "Audit"]}
    assert release().all("ValidatingAdmissionPolicy") == []
