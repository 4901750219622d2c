"""Manifests and what a gate before a made-up registry answers, for the tests of `webhook.jobs.check`."""

from typing import Any

from tests.builders import DIGEST, IMAGE_ID, PINNED, REPOSITORY, SCAN_ID, counts, registry_image, scan, vulnerability
from tests.fakes import DEADLINE, FakeRegistry, gate
from webhook.adapters.manifests import read_manifests
from webhook.core.evidence import Severity
from webhook.core.images import YANDEX_REGISTRY_ALIASES
from webhook.core.policy import Rule
from webhook.core.workloads import BUILT_IN
from webhook.jobs.check.judging import Examiner, Result
from webhook.jobs.check.objects import objects_in

POD = f"""\
# A pod.
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: app
      image: {PINNED}
"""

SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web}
"""

WORST = vulnerability(id="CVE-2026-2", package="openssl", version="1", fixed_by="2")
FINDINGS = (
    vulnerability(id="CVE-2026-1", severity=Severity.HIGH, package="zlib", version="1.2", fixed_by="1.3"),
    vulnerability(id="CVE-2026-3", package="perl", version="5"),
    WORST,
    WORST,
)


def registry(**numbers: int) -> FakeRegistry:
    """Return a registry that knows the usual image, in which this was found."""
    return FakeRegistry(
        scans={SCAN_ID: scan(counts=counts(**numbers))},
        newest={IMAGE_ID: scan(counts=counts(**numbers))},
        images={IMAGE_ID: registry_image()},
        listed={(REPOSITORY, DIGEST): registry_image()},
        found={SCAN_ID: FINDINGS},
    )


def examiner(known: FakeRegistry, rule: Rule | None = None, **changes: Any) -> Examiner:
    """Return what asks a gate before the registry *known*."""
    usual: dict[str, Any] = {
        "gate": gate(known, rule),
        "scanner": known,
        "kinds": BUILT_IN,
        "aliases": YANDEX_REGISTRY_ALIASES,
        "namespace": "shop",
        "deadline": lambda: DEADLINE,
        "fixes": True,
    }
    return Examiner(**usual | changes)


def results(text: str, rule: Rule | None = None, *, source: str = "manifests/web.yaml", **numbers: int) -> list[Result]:
    """Return the answers about the objects in *text*, when this was found in the usual image."""
    asked = examiner(registry(**numbers), rule)
    documents = read_manifests(text.encode(), source)
    return [asked.judged(one) for document in documents for one in objects_in(document)]
