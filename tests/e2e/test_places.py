"""The gate before a real API server: no place of an image in a pod is overlooked."""

from typing import Any

import pytest

from tests.e2e.api import Document
from tests.e2e.guarded import Guard, pod, pod_spec
from tests.e2e.installation import document
from tests.service.registry import App

PLACES: dict[str, dict[str, Any]] = {
    "init container": {"initContainers": [{"name": "first"}]},
    "sidecar": {"initContainers": [{"name": "beside", "restartPolicy": "Always"}]},
    "second container": {"containers": [{"name": "second"}]},
}


@pytest.mark.parametrize("more", PLACES.values(), ids=PLACES)
def test_each_place_is_judged(guard: Guard, guarded: str, more: dict[str, Any]) -> None:
    """A bad image is found wherever in a pod it stands."""
    bad, good = guard.registry.app(critical=3), guard.registry.app()
    [(field, [entry])] = more.items()

    def made(image: App) -> Document:
        entries = [entry | {"image": image.reference}]
        spec = pod_spec(good.reference)
        return document("v1", "Pod", "web", guarded) | {"spec": spec | {field: [*spec.get(field, []), *entries]}}

    answer = guard.cluster.api.create(made(bad))
    assert answer.status == 403
    assert f"container {entry['name']}: {bad.reference}: over-limits" in answer.message
    assert guard.cluster.api.create(made(good)).ok


def test_image_volume_is_judged(guard: Guard, guarded: str) -> None:
    """An image that is mounted is an image; an API server that has no such volumes drops it."""
    bad, good = guard.registry.app(critical=3), guard.registry.app()
    volumes = [{"name": "data", "image": {"reference": bad.reference}}]
    answer = guard.cluster.api.create(pod(guarded, good, volumes=volumes))
    if answer.ok and "image" not in answer.document["spec"]["volumes"][0]:
        pytest.skip("this API server has no image volumes")
    assert answer.status == 403
    assert f"volume data: {bad.reference}: over-limits" in answer.message


def test_debugging_with_a_bad_image(guard: Guard, guarded: str) -> None:
    """`kubectl debug` adds a container to a running pod: with a bad image it is refused."""
    bad, good, running = guard.registry.app(critical=3), guard.registry.app(), guard.registry.app()
    guard.cluster.api.create(pod(guarded, running)).done()
    # Where no profile is named some versions warn that another one will be the usual one.
    debug = ("debug", "--profile=general", "--namespace", guarded, "web", "--container", "debugger", "--image")
    done = guard.cluster.kubectl(*debug, bad.reference)
    assert done.returncode == 1
    assert f"container debugger: {bad.reference}: over-limits" in done.stderr
    done = guard.cluster.kubectl(*debug, good.reference)
    assert (done.returncode, done.stderr) == (0, "")
