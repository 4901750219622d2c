"""Documents and values that many tests need: reviews, pods, scans, images."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from webhook.core.evidence import Counts, RegistryImage, Scan, Scanned, Severity, Vulnerability
from webhook.core.images import YANDEX_REGISTRY_ALIASES, Digest
from webhook.core.lookup import ANNOTATION_PREFIX, ImageId, ScanId, Source
from webhook.core.pods import Image
from webhook.core.reasons import Exempt
from webhook.core.review import Review, parse_review
from webhook.core.workloads import BUILT_IN, POD, Kind

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
"""The present, in tests."""

REPOSITORY = "crp0000000000registry/shop/api"


def digest_of(text: str) -> Digest:
    """Return a digest that differs for each *text*."""
    return Digest(f"sha256:{hashlib.sha256(text.encode()).hexdigest()}")


DIGEST = digest_of("the usual image")
SCAN_ID = ScanId("che00000000000000001")
IMAGE_ID = ImageId("crp00000000000000001")
PINNED = f"cr.yandex/{REPOSITORY}@{DIGEST}"
"""The usual image, by digest."""


def container(image: str | None, name: str = "app") -> dict[str, Any]:
    """Return a container."""
    return {"name": name, "image": image}


def pod(*images: str, annotations: Mapping[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    """Return a pod of one container for each image: `app`, `app-1`, `app-2` …; *spec* is added to its spec."""
    names = ["app", *(f"app-{number}" for number in range(1, len(images)))]
    containers = [container(image, name) for image, name in zip(images, names, strict=True)]
    metadata = {"name": "web", "annotations": dict(annotations or {})}
    return {"metadata": metadata, "spec": {"containers": containers, **spec}}


def annotated_pod(image: str, scan_id: str) -> dict[str, Any]:
    """Return a pod whose only container is annotated with *scan_id*."""
    return pod(image, annotations={f"{ANNOTATION_PREFIX}app": scan_id})


def review(new: Any, *, old: Any = None, kind: Kind = POD, operation: str = "CREATE", **request: Any) -> dict[str, Any]:
    """Return an AdmissionReview with the objects *new* and *old*; *request* adds to or replaces its fields."""
    fields = {
        "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
        "kind": {"group": kind.group, "version": "v1", "kind": kind.name},
        "operation": operation,
        "name": "web",
        "namespace": "shop",
        "userInfo": {"username": "alice"},
        "object": new,
        "oldObject": old,
    }
    return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": fields | request}


def update(new: Any, old: Any, **request: Any) -> dict[str, Any]:
    """Return the review of an update of a pod, or of the kind in *request*."""
    return review(new, old=old, operation="UPDATE", **request)


def body(document: Any) -> bytes:
    """Write JSON as an API server does: no spaces, and text as it is."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def parsed(document: Any) -> Review:
    """Parse a review, given as a document or as bytes."""
    sent = document if isinstance(document, bytes) else body(document)
    return parse_review(sent, BUILT_IN, YANDEX_REGISTRY_ALIASES)


def images_in(document: Any) -> tuple[Image, ...]:
    """Return the images that a review has to judge."""
    task = parsed(document).task
    assert not isinstance(task, Exempt), task
    return task.images


def texts_in(document: Any) -> list[str]:
    """Return the images that a review has to judge, as they are written."""
    return [image.text for image in images_in(document)]


def image(text: str = PINNED, annotation: str | None = None) -> Image:
    """Return the image of a pod of one container."""
    annotations = {} if annotation is None else {f"{ANNOTATION_PREFIX}app": annotation}
    return images_in(review(pod(text, annotations=annotations)))[0]


def counts(**numbers: int) -> Counts:
    """Return counts that are zero where nothing is said."""
    return Counts(**numbers)


def scan(**changes: Any) -> Scan:
    """Return a clean, finished scan of the usual image, one hour old, with *changes*."""
    usual: dict[str, Any] = {
        "id": SCAN_ID,
        "image_id": IMAGE_ID,
        "status": "READY",
        "scanned_at": NOW - timedelta(hours=1),
        "counts": Counts(),
    }
    return Scan(**usual | changes)


def vulnerability(**changes: Any) -> Vulnerability:
    """Return a critical vulnerability without a fix, with *changes*."""
    usual: dict[str, Any] = {
        "id": "CVE-2026-8376",
        "severity": Severity.CRITICAL,
        "package": "perl-base",
        "version": "5.40.1-6",
        "fixed_by": None,
        "origin": "os",
        "type": "debian",
        "link": "https://avd.aquasec.com/nvd/cve-2026-8376",
    }
    return Vulnerability(**usual | changes)


def registry_image(**changes: Any) -> RegistryImage:
    """Return the usual image as the registry knows it, with *changes*."""
    usual: dict[str, Any] = {"id": IMAGE_ID, "name": REPOSITORY, "digest": DIGEST}
    return RegistryImage(**usual | changes)


def scanned(source: Source = Source.TABLE, **changes: Any) -> Scanned:
    """Return the evidence that a finished scan of the usual image gives; *changes* are of the scan."""
    result = scan(**changes)
    assert result.scanned_at is not None
    return Scanned(scan=result, scanned_at=result.scanned_at, digest=DIGEST, source=source)
