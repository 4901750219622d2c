"""The way from an image to its evidence: which sources are asked, in which order, and what each answer means."""

from dataclasses import dataclass, replace
from typing import assert_never

from webhook.core.binding import bind, names_another
from webhook.core.deadline import Deadline
from webhook.core.evidence import Child, Evidence, Gap, Indexed, NotAsked, RegistryImage, Scanned, Single, Unusable
from webhook.core.images import Digest, ImageReference
from webhook.core.lookup import Hint, ScanId, Source, annotated
from webhook.core.manifests import runnable
from webhook.core.pods import Image, Malformed
from webhook.core.policy import OnUnpinned, Rule, RuleAction, Ruling
from webhook.core.reasons import Reason
from webhook.core.registry import Registry
from webhook.core.table import Table
from webhook.details import detailed
from webhook.errors import InvalidId, LookupFailed, NotFound, Unauthorized, Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What the gate is set up to ask."""

    sources: tuple[Source, ...]
    """Where to look for the scan result, in this order."""
    registries: frozenset[str] = frozenset({"cr.yandex"})
    """Hosts whose images the scanner knows."""
    platforms: frozenset[str] = frozenset({"linux/amd64"})
    """Platforms of the cluster's nodes; the images of an index for others are never run."""


@dataclass(frozen=True, slots=True)
class _Target:
    """The image that is looked for."""

    reference: ImageReference
    digest: Digest
    ruling: Ruling
    annotation: str | None = None
    nested: bool = False
    """Whether it stands in an index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """One review's questions to the registry."""

    registry: Registry
    table: Table
    scope: Scope
    deadline: Deadline

    def evidence(self, image: Image, ruling: Ruling) -> Evidence:
        """Collect what is known about one image, as far as the policy needs it."""
        match image.reference:
            case Malformed(gap, detail):
                return Unusable(gap=gap, detail=detail)
            case ImageReference() as reference:
                if ruling.rule.action is not RuleAction.JUDGE or not ruling.sure:
                    return NotAsked()
                try:
                    digest = self._digest(reference, ruling.rule)
                except LookupFailed as error:
                    return _failed(error)
                if digest is None:
                    return Unusable(gap=Reason.UNPINNED, detail="it is not named by a digest")
                return self._search(_Target(reference, digest, ruling, image.annotation))
            case _:
                assert_never(image.reference)

    def _digest(self, reference: ImageReference, rule: Rule) -> Digest | None:
        if reference.digest is None and rule.on_unpinned is OnUnpinned.RESOLVE and self._knows(reference):
            return self.registry.pin(reference, self.deadline)
        return reference.digest

    def _knows(self, reference: ImageReference) -> bool:
        return reference.registry in self.scope.registries

    def _search(self, target: _Target) -> Evidence:
        """Ask the sources in order. Only a scan that is not there sends the search on to the next one."""
        absent: Unusable | None = None
        for source in self.scope.sources:
            found = self._ask(source, target)
            if isinstance(found, Unusable) and found.gap in (Reason.GONE, Reason.MISSING):
                absent = absent or found
            elif found is not None:
                return detailed(found, target.ruling, self.registry, self.table, self.deadline)
        return absent or Unusable(gap=Reason.MISSING, detail="no scan result is known for it")

    def _ask(self, source: Source, target: _Target) -> Evidence | None:
        match source:
            case Source.ANNOTATION:
                try:
                    hint = annotated(target.annotation)
                except InvalidId as error:
                    return Unusable(gap=Reason.INVALID_SCAN_ID, detail=str(error), source=source)
                return self._named(hint, target)
            case Source.TABLE:
                return self._named(self.table.hint(target.digest), target)
            case Source.REGISTRY:
                return self._found(target) if self._knows(target.reference) else None
            case _:
                assert_never(source)

    def _named(self, hint: Hint | None, target: _Target) -> Single | None:
        """Follow a hint to a scan, and prove that the scan is of the target."""
        if hint is None:
            return None
        try:
            scan = self.registry.scan(hint.scan_id, self.deadline)
            wrong = names_another(hint, scan)
            if wrong is not None or scan.image_id is None:
                return wrong
            image = self.registry.image(scan.image_id, self.deadline)
            proven = bind(scan, image, target.digest, hint.source)
            if not target.ruling.rule.require_latest or (
                isinstance(proven, Unusable) and proven.gap is Reason.MISMATCHED
            ):
                return proven
            return bind(self.registry.latest(image.id, self.deadline), image, target.digest, Source.REGISTRY)
        except LookupFailed as error:
            return _failed(error, hint.scan_id, hint.source)

    def _found(self, target: _Target) -> Evidence:
        """Look the digest up in its repository, and take the newest scan of that image."""
        try:
            image = self.registry.find(target.reference.repository, target.digest, self.deadline)
            try:
                scan = self.registry.latest(image.id, self.deadline)
            except NotFound:
                return self._index(target) or self._unscanned(image, target)
            found = bind(scan, image, target.digest, Source.REGISTRY)
            # The scanner's answer to an index is a failed scan.
            failed = isinstance(found, Unusable) and found.gap is Reason.FAILED
            return (self._index(target) if failed else None) or found
        except NotFound as error:
            return Unusable(gap=Reason.MISSING, detail=str(error), source=Source.REGISTRY)
        except LookupFailed as error:
            return _failed(error, source=Source.REGISTRY)

    def _index(self, target: _Target) -> Indexed | None:
        """Look every platform of an index up, if the target is one. An index in an index is not followed."""
        if target.nested:
            return None
        children = self.registry.children(target.reference, target.digest, self.deadline) or ()
        wanted = tuple(
            Child(platform, digest, self._child(target, digest))
            for platform, digest in runnable(children, self.scope.platforms)
        )
        return Indexed(digest=target.digest, children=wanted) if wanted else None

    def _child(self, target: _Target, digest: Digest) -> Single:
        found = self._search(replace(target, digest=digest, annotation=None, nested=True))
        nested = Unusable(gap=Reason.UNREADABLE, detail="an index in an index")
        return found if isinstance(found, Scanned | Unusable) else nested

    def _unscanned(self, image: RegistryImage, target: _Target) -> Unusable:
        if not target.ruling.rule.scan_on_missing:
            return Unusable(gap=Reason.MISSING, detail="it has no scan result", source=Source.REGISTRY)
        self.registry.start(image.id, self.deadline)
        detail = "it had no scan result; a scan has been asked for"
        return Unusable(gap=Reason.UNFINISHED, detail=detail, source=Source.REGISTRY)


def _failed(error: LookupFailed, scan_id: ScanId | None = None, source: Source | None = None) -> Unusable:
    return Unusable(gap=_gap(error), detail=str(error), scan_id=scan_id, source=source)


def _gap(error: LookupFailed) -> Gap:
    """Name the reason for a failed look-up; one that is not known here is the kind that no switch opens."""
    match error:
        case NotFound():
            return Reason.GONE
        case Unavailable():
            return Reason.UNAVAILABLE
        case Unauthorized():
            return Reason.UNAUTHORIZED
        case _:
            return Reason.UNREADABLE
