"""From an image to what is known of it: the sources in their order, and the proof that a scan is of the image."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.oracle.references import Reference
from tests.oracle.world import Shelves

Document = Any

STAND_INS = {"linux/amd64": ["linux/386"], "linux/arm64": ["linux/arm/v8", "linux/arm/v7"]}
"""What a node runs where there is no image for its own platform; as far as worlds here have any."""

SOURCES = ("annotation", "table", "registry")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an image: a scan, or the scans of the images of an index, or a reason why there is none."""

    reason: str = ""
    scan: Document = None
    children: tuple["Known", ...] = ()


@dataclass(frozen=True, slots=True)
class Search:
    """Where scans are looked for."""

    shelves: Shelves
    table: Mapping[str, Document]
    settings: Document
    """The GateConfiguration."""
    rule: Document

    def evidence(self, reference: Reference, annotation: str | None) -> Known:
        """Return what is known of an image that is named by digest: what the first source knows that has a scan."""
        absent = ""
        for source in self.settings.get("sources") or SOURCES:
            known = self._asked(source, reference, annotation)
            if known.reason not in ("", "gone", "missing") or known.scan or known.children:
                return known
            absent = absent or known.reason
        return Known(absent or "missing")

    def readable(self, host: str) -> bool:
        """Tell whether the scanner knows images of a registry."""
        return host in (self.settings.get("registry") or {}).get("hosts", {"cr.yandex": ""})

    def _asked(self, source: str, reference: Reference, annotation: str | None) -> Known:
        if source == "registry":
            return self._found(reference) if self.readable(reference.host) else Known()
        if source == "table":
            entry = self.table.get(reference.digest)
            named = {"scanResultId": entry} if isinstance(entry, str) else entry
        elif annotation is not None and not re.fullmatch("[a-z0-9]{1,50}", annotation):
            return Known("invalid-scan-id")
        else:
            named = None if annotation is None else {"scanResultId": annotation}
        return self._named(named, reference.digest) if named else Known()

    def _named(self, named: Document, digest: str) -> Known:
        """Return the scan that somebody named, if it is of the image, or the newest of its scans."""
        scan = self.shelves.scan(named["scanResultId"])
        if scan is None:
            return Known("gone")
        if scan["imageId"] != named.get("imageId", scan["imageId"]) or self.shelves.digest(scan["imageId"]) != digest:
            return Known("mismatched")
        if not self.rule.get("requireLatest", False):
            return Known(scan=scan)
        last = self.shelves.last(scan["imageId"])
        return Known(scan=last) if last else Known("gone")

    def _found(self, reference: Reference) -> Known:
        """Return the newest scan of what a repository has, or those of an index's images."""
        image = self.shelves.image_of(reference.path, reference.digest)
        if image is None:
            return Known("missing")
        last = self.shelves.last(image["id"])
        if last is not None:
            return Known(scan=last)
        children = [child for child in image.get("children", ()) if child["platform"] in self._run(image)]
        if children:
            parts = (replace(reference, tag="", digest=child["digest"]) for child in children)
            return Known(children=tuple(self.evidence(part, None) for part in parts))
        return Known("unfinished" if self.rule.get("scanOnMissing", False) else "missing")

    def _run(self, index: Document) -> set[str]:
        """Return the platforms whose images nodes would run: their own, or what stands in for them."""
        platforms = set((self.settings.get("registry") or {}).get("platforms") or ["linux/amd64"])
        offered = {child["platform"] for child in index["children"]}
        return platforms | {name for one in platforms - offered for name in STAND_INS.get(one, ())}
