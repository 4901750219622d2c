"""Pods that run: by which digest their images are judged, and whose they are."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import DIGEST, PINNED, REPOSITORY, SCAN_ID, annotated_pod, container, digest_of, pod
from tests.core.running import UID, Document, listed, raw, read, reference, running, status, web
from webhook.core.cluster_audit import Owner
from webhook.core.images import YANDEX_REGISTRY_ALIASES
from webhook.core.pod_document import parse_pod as parse_template
from webhook.core.pods import MAX_IMAGES, Malformed, images_of
from webhook.core.reasons import Reason
from webhook.core.running_pods import joined, parse_pod
from webhook.core.workloads import POD
from webhook.errors import InvalidReview

PLACE = f"cr.yandex/{REPOSITORY}"
TAGGED = f"{PLACE}:1.0"
OTHER = digest_of("another")


def texts(document: Document) -> list[str]:
    """Return what a pod runs."""
    return [image.text for image in running(document).images]


@pytest.mark.parametrize(
    ("written", "reported", "judged"),
    [
        pytest.param(TAGGED, f"{PLACE}@{DIGEST}", f"{TAGGED}@{DIGEST}", id="containerd"),
        pytest.param(TAGGED, f"docker-pullable://{PLACE}@{DIGEST}", f"{TAGGED}@{DIGEST}", id="docker"),
        pytest.param(PLACE, f"{PLACE}@{DIGEST}", PINNED, id="neither tag nor digest written"),
        pytest.param(TAGGED, f"mirror.example/it@{DIGEST}", f"{TAGGED}@{DIGEST}", id="known by another name"),
        pytest.param(PINNED, f"{PLACE}@{DIGEST}", PINNED, id="as it was written"),
        pytest.param(PINNED, f"cr.cloud.yandex.net/{REPOSITORY}@{OTHER}", f"{PLACE}@{OTHER}", id="not yet restarted"),
        pytest.param(PINNED, f"mirror.example/it@{OTHER}", PINNED, id="the same content by another digest"),
        pytest.param(TAGGED, DIGEST, TAGGED, id="id of a configuration"),
        pytest.param(TAGGED, f"docker://{DIGEST}", TAGGED, id="the same of docker"),
        pytest.param(TAGGED, "", TAGGED, id="not pulled yet"),
        pytest.param(TAGGED, f"{PLACE}:2.0", TAGGED, id="no digest"),
        pytest.param(TAGGED, f"{PLACE}@sha256:00", TAGGED, id="half a digest"),
        pytest.param("NGINX:%", f"{PLACE}@{DIGEST}", "NGINX:%", id="what is no reference"),
    ],
)
def test_which_image_runs(written: str, reported: str, judged: str) -> None:
    """It is the digest that the kubelet reports, in the repository that is written; without one what is written."""
    document = web(written, containerStatuses=[status("app", reported)])
    [image] = running(document).images
    assert image.text == judged
    [same] = images_of(parse_template(raw(pod(judged))), YANDEX_REGISTRY_ALIASES)
    assert image == same


def test_without_a_status() -> None:
    """A pod that nobody has scheduled yet is judged as it is written."""
    document = web(PINNED, TAGGED)
    del document["status"]
    assert texts(document) == [PINNED, TAGGED]


def test_every_place() -> None:
    """Init containers, sidecars, ephemeral containers and volumes have their own statuses."""
    spec: Document = {
        "initContainers": [container(f"{PLACE}:init", "first")],
        "ephemeralContainers": [container(f"{PLACE}:debug", "debug")],
        "volumes": [{"name": "data", "image": {"reference": f"{PLACE}:data"}}],
    }
    image = {"image": {"imageRef": f"{PLACE}@{digest_of('data')}"}}
    mounts = [{"name": "data", "volumeStatus": image}, {"name": "tmp"}, {"name": "x", "volumeStatus": {}}]
    document = listed(
        pod(TAGGED, **spec),
        containerStatuses=[status("app", f"{PLACE}@{DIGEST}", volumeMounts=mounts)],
        initContainerStatuses=[status("first", f"{PLACE}@{digest_of('init')}")],
        ephemeralContainerStatuses=[status("debug", f"{PLACE}@{digest_of('debug')}")],
    )
    wanted = {"1.0": DIGEST} | {tag: digest_of(tag) for tag in ("init", "debug", "data")}
    assert texts(document) == [f"{PLACE}:{tag}@{digest}" for tag, digest in wanted.items()]


def test_a_status_is_of_its_place() -> None:
    """A volume and a container may share a name, and are different things."""
    volumes = [{"name": "app", "image": {"reference": f"{PLACE}:data"}}]
    document = listed(pod(TAGGED, volumes=volumes), containerStatuses=[status("app", f"{PLACE}@{DIGEST}")])
    assert texts(document) == [f"{TAGGED}@{DIGEST}", f"{PLACE}:data"]


def test_alike_and_yet_different() -> None:
    """Two containers of one tag may run what it named at two moments; two tags may be one image."""
    statuses = [status("app", f"{PLACE}@{DIGEST}"), status("app-1", f"{PLACE}@{OTHER}")]
    assert texts(web(TAGGED, TAGGED, containerStatuses=statuses)) == [f"{TAGGED}@{DIGEST}", f"{TAGGED}@{OTHER}"]


def test_annotations_count() -> None:
    """What the pod says about a scan result goes with the image, as at its admission."""
    document = listed(annotated_pod(TAGGED, SCAN_ID), containerStatuses=[status("app", f"{PLACE}@{DIGEST}")])
    [image] = running(document).images
    assert (image.text, image.annotation) == (f"{TAGGED}@{DIGEST}", SCAN_ID)


def test_unknown_fields() -> None:
    """An image where no Kubernetes known here has one is found in what runs, too."""
    document = listed(pod(PINNED, agents=[{"image": TAGGED}]))
    assert [image.text for image in running(document).images] == [PINNED, TAGGED]
    assert isinstance(running(document).images[1].reference, Malformed)


def test_too_many() -> None:
    """The bound on the images of a pod is that of an admission."""
    images = running(web(*(f"{PLACE}:{number}" for number in range(MAX_IMAGES + 1)))).images
    assert isinstance(images[0].reference, Malformed)
    assert images[0].reference.gap is Reason.TOO_MANY_IMAGES


@pytest.mark.parametrize("phase", ["Running", "Pending", "Unknown"])
def test_what_runs(phase: str) -> None:
    """Images are on a node, or will be in a moment, unless the pod has ended."""
    assert read(web(PINNED, phase=phase)) is not None


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_what_has_finished(phase: str) -> None:
    """Nothing of it runs any more."""
    assert read(web(PINNED, phase=phase)) is None


def test_workload() -> None:
    """It is judged as a pod of its namespace and its account, whoever made it."""
    document = listed(pod(PINNED, serviceAccountName="robot"), owners=(reference("ReplicaSet", "web-1"),))
    workload = running(document).workload
    assert (workload.namespace, workload.kind, workload.service_account) == ("shop", POD, "robot")


ITSELF = Owner(api_version="v1", kind="Pod", namespace="shop", name="web", uid=UID)


@pytest.mark.parametrize(
    ("owners", "owner"),
    [
        ((), ITSELF),
        ((reference("Node", "node-1", version="v1"),), ITSELF),
        ((reference("Group", "a", controller=False),), ITSELF),
        (
            (reference("Group", "a", controller=False), reference("ReplicaSet", "web-1")),
            Owner(api_version="apps/v1", kind="ReplicaSet", namespace="shop", name="web-1", uid="web-1"),
        ),
    ],
    ids=["nobody", "a node", "no controller", "its controller"],
)
def test_owner(owners: tuple[Document, ...], owner: Owner) -> None:
    """It is the controller of a pod; a pod that has none, and a static one, stands for itself."""
    assert running(web(PINNED, owners=owners)).owner == owner


@pytest.mark.parametrize("text", [b"{}", b"[]", b'{"metadata": {"name": "web"}}', b"[" * 5000])
def test_no_pod(text: bytes) -> None:
    """What is no pod is refused."""
    with pytest.raises(InvalidReview):
        parse_pod(msgspec.Raw(text), {})


def test_joined() -> None:
    """Images of several pods are each there once, with all places."""
    first, second = (running(web(*images)).images for images in ([PINNED, TAGGED], [TAGGED, PINNED]))
    both = joined((*first, *second))
    assert [image.text for image in both] == [PINNED, TAGGED]
    assert [[place.name for place in image.places] for image in both] == [["app", "app-1"], ["app-1", "app"]]
    assert joined(first) == first


NAMES = st.sampled_from([TAGGED, PINNED, PLACE, "nginx", "NGINX:%", ""])
REPORTS = st.sampled_from(["", DIGEST, f"{PLACE}@{DIGEST}", f"{PLACE}@{OTHER}", f"docker-pullable://x/y@{OTHER}", "?"])


@given(st.lists(st.tuples(NAMES, REPORTS), min_size=1, max_size=6))
def test_nothing_is_lost(containers: list[tuple[str, str]]) -> None:
    """Whatever a status says, every container is in exactly one image, of the repository that is written."""
    statuses = [status("app" if not n else f"app-{n}", reported) for n, (_, reported) in enumerate(containers)]
    document = web(*(written for written, _ in containers), containerStatuses=statuses)
    images = running(document).images
    assert sorted(place.name for image in images for place in image.places) == sorted(one["name"] for one in statuses)
    written = {place.name: image for image in images_of(parse_template(raw(document)), {}) for place in image.places}
    for image in images:
        for place in image.places:
            before = written[place.name].known_reference
            after = image.known_reference
            assert (before and (before.registry, before.repository)) == (after and (after.registry, after.repository))
