"""Worlds, policies and reviews put together by chance: a scene is everything that a verdict follows from."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.processes import Document
from tests.scene_policies import IDS, SEVERITIES, Pick, policy, some

REPOSITORIES = ("crp1/shop/api", "crp1/shop/web", "crp2/base")
PLATFORMS = ("linux/amd64", "linux/arm64", "linux/386", "unknown/unknown")
NAMESPACES = ("shop", "prod-eu", "lab")
AGES = ("1h ago", "5h ago", "30h ago", "6d ago", "20d ago", "40d ago")
PACKAGES = ("zlib", "bash")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a gate is set up with."""

    world: Document
    """As a file of the emulator."""
    policy: Document
    settings: Document = field(default_factory=dict)
    """Of the GateConfiguration."""
    namespaces: dict[str, dict[str, str]] | None = None
    trouble: Document | None = None
    """A fault of the registry."""
    leads_to: frozenset[str] = frozenset()
    """Reasons to which that may lead."""


TROUBLES: tuple[tuple[Document, tuple[str, ...]], ...] = (
    ({"kind": "status", "status": 503}, ("unavailable",)),
    ({"kind": "status", "status": 429}, ("unavailable",)),
    ({"kind": "status", "status": 403}, ("unauthorized",)),
    ({"kind": "status", "status": 404}, ("gone", "missing")),
    ({"kind": "status", "status": 418}, ("unreadable",)),
    ({"kind": "html"}, ("unreadable",)),
    ({"kind": "body", "text": '{"id": "che0", "id": "che1"}'}, ("unreadable",)),
    ({"kind": "replace", "field": "vulnerabilities.critical", "value": "-1"}, ("unreadable",)),
    ({"kind": "replace", "field": "status", "value": "DONE"}, ("unknown-status",)),
    ({"kind": "flip", "field": "imageId", "values": ["crpnone"]}, ("mismatched", "gone", "missing")),
    ({"kind": "expired-token"}, ("unauthorized",)),
)
"""Faults, and the reasons to which they may lead. Where details of a scan cannot be had, its own counts decide."""


def setting(pick: Pick) -> Setting:
    """Return a registry, a policy and a configuration; now and then the registry is in trouble."""
    trouble, leads_to = pick([(None, ())] * len(TROUBLES) * 3 + list(TROUBLES))
    often = trouble and trouble | {"every": pick([1, 1, 2, 3])}
    return Setting(
        trouble=often,
        leads_to=frozenset(leads_to) | ({"over-limits"} if leads_to else set()),
        world=_world(pick),
        policy=policy(pick),
        settings=_settings(pick),
        namespaces=pick(
            [None, {name: pick([{}, {"env": "dev"}, {"env": "prod", "team": "a"}]) for name in NAMESPACES}]
        ),
    )


def _world(pick: Pick) -> Document:
    names = (f"che{number}" for number in itertools.count())
    images = [_image(pick, number, names) for number in range(pick([1, 2, 3]))]
    if pick([True, False, False]):
        images.append(_index(pick, names))
    behaviour = {"lastScanCountsErrors": pick([True, False]), "childImages": pick([True, True, False])}
    faults = [{"kind": "vulnerabilities-absent"}] if pick([True, *[False] * 5]) else []
    return {"images": images, "behaviour": behaviour, "faults": faults}


def _image(pick: Pick, number: int, names: Iterator[str]) -> Document:
    tags = [["1"], ["latest"], []][number % 3]
    return {"name": REPOSITORIES[number], "id": f"crpi{number}", "tags": tags, "scans": _scans(pick, names)}


def _index(pick: Pick, names: Iterator[str]) -> Document:
    platforms = some(pick, PLATFORMS, 3)
    children = [
        {"platform": platform, "id": f"crpc{number}", "scans": _scans(pick, names)[:1]}
        for number, platform in enumerate(platforms)
    ]
    return {"name": "crp1/shop/multi", "id": "crpmulti", "tags": ["multi"], "platforms": children}


def _scans(pick: Pick, names: Iterator[str]) -> list[Document]:
    """Return the scans of an image; now and then one that found nothing, and later ones that did."""
    ages = some(pick, AGES, 4) if pick([True, True, True, True, False]) else []
    scans = [{"id": next(names), **_scan(pick, age)} for age in ages]
    if len(scans) > 1 and pick([True, False]):
        oldest = max(range(len(ages)), key=lambda number: AGES.index(ages[number]))
        scans[oldest] = {"id": scans[oldest]["id"], "scannedAt": ages[oldest]}
    return scans


def _scan(pick: Pick, age: str) -> Document:
    status = pick(["READY"] * 6 + ["RUNNING", "ERROR", "QUEUED"])
    if status == "RUNNING":
        return {"status": status}
    findings = [_finding(pick) for _ in range(pick([0, 0, 0, 1, 1, 2, 3]))]
    counts: dict[str, int] = {}
    for found in findings:
        severity = found["severity"].lower()
        counts[severity] = counts.get(severity, 0) + 1
    if pick([True, False, False, False]):
        severity = pick(SEVERITIES).lower()
        counts[severity] = counts.get(severity, 0) + pick([1, 2])
    at = pick([age] * 12 + ["2026-11-24T12:03:00Z", "2026-11-24T14:00:00Z"])
    return {"status": status, "scannedAt": at, "vulnerabilities": counts, "findings": findings}


def _finding(pick: Pick) -> Document:
    severity, fixed = pick(SEVERITIES), pick(["", "2.0"])
    return {"name": pick(IDS), "severity": severity, "package": pick(PACKAGES), "fixedBy": fixed}


def _settings(pick: Pick) -> Document:
    sources = ["annotation", "table", "registry"]
    orders = [sources, sources, sources[::-1], ["registry"], ["table"], ["table", "annotation"], ["annotation"]]
    return {
        "sources": pick(orders),
        "registry": {"platforms": pick([["linux/amd64"], ["linux/amd64", "linux/arm64"], ["linux/s390x"]])},
        "registryAliases": {"mirror.example": "cr.yandex"},
        "podTemplates": [{"group": "argoproj.io", "kind": "Rollout", "path": "spec.template"}],
    }
