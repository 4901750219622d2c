"""AdmissionReviews: no image of a pod is overlooked, and what goes unjudged goes for a reason that can be seen."""

import json
from collections.abc import Callable
from typing import Any

from fuzz.choices import Choices, read_json
from fuzz.pods import MAPS, Pod, keys_of, named
from tests.builders import PINNED, SCAN_ID, annotated_pod, body, pod, review, update
from webhook.core.images import YANDEX_REGISTRY_ALIASES
from webhook.core.lookup import ANNOTATION_PREFIX
from webhook.core.pods import MAX_IMAGES
from webhook.core.reasons import Exempt
from webhook.core.review import Review, parse_review
from webhook.core.workloads import BUILT_IN, Kind
from webhook.errors import InvalidReview

KINDS = {**BUILT_IN, Kind("argoproj.io", "Rollout"): ("spec", "template")}
DEPLOYMENT = Kind("apps", "Deployment")

RICH = pod(
    PINNED,
    "nginx:1",
    annotations={f"{ANNOTATION_PREFIX}app": SCAN_ID, f"{ANNOTATION_PREFIX}init": SCAN_ID},
    initContainers=[{"name": "init", "image": "busybox"}],
    ephemeralContainers=[{"name": "debug", "image": PINNED}],
    volumes=[{"name": "model", "image": {"reference": "cr.yandex/m@sha256:" + "1" * 64}}, {"name": "none"}],
    serviceAccountName="shop",
)
REVIEWS = (
    review(RICH),
    review(annotated_pod(PINNED, SCAN_ID)),
    update(RICH, annotated_pod(PINNED, SCAN_ID)),
    review({"metadata": {"name": "d"}, "spec": {"template": RICH}}, kind=DEPLOYMENT),
    review({"spec": {"jobTemplate": {"spec": {"template": RICH}}}}, kind=Kind("batch", "CronJob")),
    update(RICH, pod("a"), subResource="ephemeralcontainers"),
    review(None, old=RICH, operation="DELETE"),
)
WORDS = (
    *("image", "reference", "containers", "initContainers", "volumes", "oldObject", "object", "subResource"),
    *("UPDATE", "DELETE", "CONNECT", "status", "scale", "Deployment", "apps", "deletionTimestamp", "Pod", "rbd"),
    *({"image": "evil"}, [{"image": "evil"}], PINNED, RICH, {"reference": "evil"}),
)

WITHOUT_IMAGES = {"scale", "status", "resize", "binding", "eviction"}

Parse = Callable[[bytes, Any, Any], Review]


def check(data: bytes) -> None:
    """Read *data* as a review, or as changes to one."""
    if data[:1] == b"{":
        check_body(data)
        return
    choices = Choices(data)
    document = choices.pick(REVIEWS)
    check_body(body_of(choices.spoiled(document, WORDS)), written_by_us=True)


def body_of(document: Any) -> bytes:
    """Write a document as an API server does, or with escapes where it has half of a character."""
    try:
        return body(document)
    except UnicodeEncodeError:
        return json.dumps(document, separators=(",", ":")).encode()


def check_body(sent: bytes, parse: Parse = parse_review, *, written_by_us: bool = False) -> None:
    """Hold *parse* to what a simple reader finds in the same body."""
    try:
        found = parse(sent, KINDS, YANDEX_REGISTRY_ALIASES)
    except InvalidReview as error:
        assert str(error).isascii(), "a message that cannot be shown"
        return
    try:
        request = read_json(sent)["request"]
    except RecursionError:
        return  # in a part that the gate does not read
    assert found.request.uid == request["uid"], "an answer to somebody else"
    assert found.request.operation == request["operation"]
    new, old = (pod_in(request.get(name), request) for name in ("object", "oldObject"))
    if isinstance(found.task, Exempt):
        _check_exempt(found.task, request, new, old)
    else:
        _check_images(found, new, old if request["operation"] == "UPDATE" else None, odd_places=written_by_us)


def pod_in(document: Any, request: Any) -> Pod | None:
    """Return the pod in an object of a request, if there is one."""
    for key in KINDS.get(Kind(request["kind"]["group"], request["kind"]["kind"]), ()):
        document = document.get(key) if isinstance(document, dict) else None
    return document if isinstance(document, dict) else None


def _check_exempt(task: Exempt, request: Any, new: Pod | None, old: Pod | None) -> None:
    """Say for each exemption what must be seen in the request."""
    operation = request["operation"]
    kind = Kind(request["kind"]["group"], request["kind"]["kind"])
    seen = {
        Exempt.DELETION: operation == "DELETE",
        Exempt.CONNECTION: operation == "CONNECT",
        Exempt.SUBRESOURCE: request.get("subResource") in WITHOUT_IMAGES,
        Exempt.KIND: kind not in KINDS,
        Exempt.TERMINATING: operation == "UPDATE" and deleted(request.get("oldObject")),
        Exempt.NO_POD_TEMPLATE: kind in KINDS and new is None,
        Exempt.NO_NEW_IMAGE: operation == "UPDATE" and named(new) <= named(old),
    }
    assert seen[task], f"not judged, and no {task} is seen"


def deleted(stored: Any) -> bool:
    """Tell whether an object is being deleted."""
    metadata = stored.get("metadata") if isinstance(stored, dict) else None
    return isinstance(metadata, dict) and isinstance(metadata.get("deletionTimestamp"), str)


def _check_images(found: Review, new: Pod | None, old: Pod | None, *, odd_places: bool) -> None:
    assert not isinstance(found.task, Exempt)
    assert new is not None
    images = found.task.images
    assert images, "nothing to judge, and not exempt"
    if any(image.text == "" and image.known_reference is None for image in images) and len(images) > MAX_IMAGES:
        return  # an image that cannot pass stands for the rest
    texts = {image.text for image in images}
    missing = named(new) - named(old) - texts
    assert not missing, f"overlooked: {missing}"
    if odd_places:
        # A key of the name that stands twice or is spelled with escapes is nothing that an API server sends.
        hidden = keys_of(new.get("spec"), MAPS) - named(old) - keys_of((old or {}).get("spec"), MAPS) - texts
        assert not hidden or len(texts) >= MAX_IMAGES, f"hidden: {hidden}"
    _check_annotations(found, new, old)


def _check_annotations(found: Review, new: Pod, old: Pod | None) -> None:
    """Each container has the annotation of its name, and no other."""
    assert not isinstance(found.task, Exempt)
    annotations = (new.get("metadata") or {}).get("annotations") or {}
    pairs = {(image.text, image.annotation) for image in found.task.images}
    for field in ("containers", "initContainers", "ephemeralContainers"):
        for container in new["spec"].get(field) or ():
            text = container.get("image") or ""
            wanted = annotations.get(ANNOTATION_PREFIX + container.get("name", ""))
            assert text in named(old) or (text, wanted) in pairs, f"another annotation for {text}"
