"""What is asked under chaos: images of every kind, and what the oracle says of each, whatever is in force."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from tests.builders import annotated_pod, pod
from tests.oracle.oracle import State, verdict
from tests.oracle_state import described
from tests.processes import Document
from tests.service.registry import App, asked
from webhook.emulator.world import World
from webhook.emulator.world_file import parse_world

TROUBLE = frozenset({"unavailable", "unauthorized", "unreadable", "over-limits", "mismatched", "unknown-status"})
"""Reasons to which the faults of a plan may lead. None says that there is no scan: that would be another world."""

HEAD = {"apiVersion": "scangate.dev/v1", "kind": "ScanPolicy"}
FOUND = [{"name": "CVE-1", "severity": "CRITICAL", "package": "zlib"}]
IGNORED = {"id": "CVE-1", "reason": "known", "owner": "shop", "expires": "2099-12-31"}


def policy(swing: int) -> Document:
    """Return a policy that lets *swing* critical findings pass in the namespace of that name."""
    rules = [
        {"name": "vendors", "match": {"images": ["docker.io/library/*"]}, "action": "allow"},
        {"name": "swing", "match": {"namespaces": ["swing"]}, "limits": {"critical": swing}},
        {"name": "lenient", "match": {"namespaces": ["lenient"]}, "onUnavailable": "warn"},
        {"name": "default"},
    ]
    return HEAD | {"rules": rules, "ignoredVulnerabilities": [IGNORED]}


POLICIES = (policy(0), policy(5))
"""Two that take turns."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A review, and what may come of it."""

    name: str
    review: Document
    expected: Mapping[tuple[int, int], frozenset[bool]]
    """By the policy and the table that are in force."""
    troubled: frozenset[bool]
    """While something fails, under any of them."""


Kind = tuple[str, Document, Callable[[App, App], Document], str]
"""Name, fields of the image's section, review of it (and of a clean one), namespace."""


def _own(app: App, _clean: App) -> Document:
    return annotated_pod(app.reference, app.scan_id)


def _bare(app: App, _clean: App) -> Document:
    return pod(app.reference)


def _forged(app: App, clean: App) -> Document:
    return annotated_pod(app.reference, clean.scan_id)


def _scans(*scans: Document) -> Document:
    return {"scans": [dict(scan) for scan in scans]}


CLEAN, OVER = _scans({}), _scans({"vulnerabilities": {"critical": 1}})
KINDS: Sequence[Kind] = (
    ("clean", CLEAN, _own, "shop"),
    ("over", OVER, _own, "shop"),
    ("looked up", CLEAN, _bare, "shop"),
    ("looked up, over", OVER, _bare, "shop"),
    ("forged", OVER, _forged, "shop"),
    ("swing", OVER, _own, "swing"),
    ("lenient", CLEAN, _bare, "lenient"),
    ("lenient, over", OVER, _bare, "lenient"),
    ("tabled", CLEAN, _bare, "tabled"),
    ("stale", _scans({"scannedAt": "900h ago"}), _own, "shop"),
    ("running", _scans({"status": "RUNNING"}), _own, "shop"),
    ("failed", _scans({"status": "ERROR"}), _bare, "shop"),
    ("never scanned", _scans(), _bare, "shop"),
    ("ignored", _scans({"findings": FOUND}), _own, "shop"),
    ("by tag", CLEAN, lambda app, _: pod(app.reference.partition("@")[0] + ":1"), "shop"),
    ("vendor", CLEAN, lambda *_: pod("nginx:1.29"), "shop"),
)


@dataclass
class Stall:
    """All that is asked about."""

    apps: list[tuple[Kind, App]]
    tables: tuple[Document, Document]
    """Two that take turns: one right, one that names a clean scan of something else."""
    clean: App

    def sections(self) -> list[Document]:
        """Return the sections of the world file."""
        return [app.section() | {"tags": ["1"]} | kind[1] for kind, app in self.apps]

    def asks(self) -> Iterator[Ask]:
        """Yield what is asked, with what the oracle says of it."""
        lender = self.clean.section()
        for kind, app in self.apps:
            name, section, manifest, namespace = kind
            world = parse_world({"images": [app.section() | {"tags": ["1"]} | section, lender]}, now=_now())
            yield self._ask(name, manifest(app, self.clean), namespace, world)

    def _ask(self, name: str, manifest: Document, namespace: str, world: World) -> Ask:
        review = asked(manifest)
        review["request"]["namespace"] = namespace
        expected = {
            (policy, table): self._said(review, world, (policy, table))
            for policy, table in itertools.product((0, 1), (0, 1))
        }
        trouble = [self._said(review, world, key, faults=TROUBLE) for key in expected]
        return Ask(name, review, expected, frozenset().union(*trouble))

    def _said(self, review: Document, world: World, key: tuple[int, int], **more: Any) -> frozenset[bool]:
        state = State(world=described(world), policy=POLICIES[key[0]], table=self.tables[key[1]], now=_now())
        return verdict(review, replace(state, **more)).allowed


def stall(apps: Iterator[App], number: int) -> Stall:
    """Return so many images of each kind."""
    clean = next(apps)
    chosen = [(kind, next(apps)) for kind in KINDS for _ in range(number)]
    tabled = [app for (name, *_), app in chosen if name == "tabled"]
    right: Document = {app.digest: app.scan_id for app in tabled}
    wrong = dict.fromkeys(right, clean.scan_id)
    return Stall(chosen, (right, wrong), clean)


def _now() -> datetime:
    return datetime.now(UTC)
