"""A policy with a rule of every kind, and reviews that reach every reason under it, before a running registry."""

from collections.abc import Iterator
from typing import Any

from tests.builders import annotated_pod, pod, review
from tests.processes import Document
from tests.service.registry import REGISTRY_ID, Registry, new_app
from webhook.emulator import faults
from webhook.emulator.faults import Fault
from webhook.emulator.ids import digest_of

FINDINGS = [
    {"name": "CVE-2026-1", "severity": "CRITICAL", "package": "zlib", "fixedBy": ""},
    {"name": "CVE-2026-2", "severity": "CRITICAL", "package": "bash", "fixedBy": "5.3"},
]

EXCEPTION = {"reason": "known", "owner": "shop", "expires": "2099-12-31"}

POLICY: Document = {
    "apiVersion": "scangate.dev/v1",
    "kind": "ScanPolicy",
    "rules": [
        {"name": "vendors", "match": {"images": ["docker.io/**"]}, "action": "allow"},
        {"name": "noted", "match": {"namespaces": ["noted"], "images": ["*/**"]}, "action": "warn"},
        {"name": "closed", "match": {"namespaces": ["closed"]}, "action": "deny"},
        {"name": "labelled", "match": {"namespaces": ["labelled"], "namespaceLabels": {"env": "dev"}}},
        {
            "name": "lenient",
            "match": {"namespaces": ["lenient"]},
            "mode": "audit",
            "onMissing": "allow",
            "onUnfinished": "warn",
            "onFailed": "warn",
            "onUnavailable": "allow",
            "onUnpinned": "resolve",
        },
        {"name": "fixable", "match": {"namespaces": ["fixable"]}, "onlyFixable": True, "limits": {"critical": 1}},
        {"name": "distinct", "match": {"namespaces": ["distinct"]}, "counting": "distinct"},
        {"name": "grace", "match": {"namespaces": ["grace"]}, "newFindingsGrace": "168h"},
        {"name": "latest", "match": {"namespaces": ["latest"]}, "requireLatest": True, "mode": "warn"},
        {"name": "uncounted", "match": {"namespaces": ["uncounted"]}, "absentCounts": "deny"},
        {"name": "asking", "match": {"namespaces": ["asking"]}, "scanOnMissing": True, "onUnfinished": "warn"},
        {"name": "robots", "match": {"serviceAccounts": ["robot"]}, "limits": {"critical": "unlimited"}},
        {"name": "default", "limits": {"medium": "unlimited"}},
    ],
    "exemptions": [EXCEPTION | {"namespaces": ["exempted"]}],
    "ignoredVulnerabilities": [EXCEPTION | {"id": "CVE-2026-1", "packages": ["zlib"]}],
}

NAMESPACES = (
    "closed",
    "distinct",
    "exempted",
    "fixable",
    "grace",
    "labelled",
    "latest",
    "lenient",
    "noted",
    "shop",
    "uncounted",
    "asking",
)

SCANS: dict[str, list[dict[str, Any]]] = {
    "clean": [{}],
    "over": [{"vulnerabilities": {"critical": 3}}],
    "listed": [{"findings": FINDINGS}],
    "ignored": [{"findings": FINDINGS[:1]}],
    "old": [{"scannedAt": "900h ago"}],
    "worse": [{"scannedAt": "48h ago"}, {"findings": FINDINGS, "scannedAt": "1h ago"}],
    "running": [{"status": "RUNNING"}],
    "failed": [{"status": "ERROR"}],
    "never": [],
}

FAULTS: tuple[Fault, ...] = (
    faults.Status(status=503),
    faults.Status(status=403),
    faults.Html(),
    faults.Status(status=404),
)


def manifests(world: Registry) -> Iterator[Document]:
    """Yield pods of images in every state, and pods that name them wrongly."""
    for scans in SCANS.values():
        app = new_app()
        section = app.section() | {"scans": scans, "tags": ["1"]}
        world.add(section)
        yield pod(app.reference)
        yield pod(app.reference.partition("@")[0] + ":1")
        yield pod(app.reference, serviceAccountName="robot")
    good, bad = world.app(), world.app(critical=1)
    yield good.review()["request"]["object"]
    yield annotated_pod(bad.reference, good.scan_id)
    yield annotated_pod(good.reference, "chegone")
    yield annotated_pod(f"quay.io/shop/api@{digest_of(b'elsewhere')}", "chegone")
    yield annotated_pod(good.reference, "../no-id")
    yield pod("nginx:1", good.reference, bad.reference)
    yield pod("Not/An Image")
    yield pod(f"quay.io/shop/api@{digest_of(b'elsewhere')}")
    yield pod(f"cr.yandex/{REGISTRY_ID}/none@{digest_of(b'nowhere')}")
    yield pod(good.reference, future={"image": "evil"})
    name = f"{REGISTRY_ID}/shop/index-{new_app().number}"
    world.add({"name": name, "platforms": [{"platform": "linux/amd64", "scans": SCANS["listed"]}]})
    [digest] = [image.digest for image in world.emulator.world.images if image.name == name]
    yield pod(f"cr.yandex/{name}@{digest}")


def reviews(manifest: Document) -> list[Document]:
    """Return the reviews of a pod in every namespace."""
    return [review(manifest, uid=f"{number}-{id(manifest)}", namespace=name) for number, name in enumerate(NAMESPACES)]
