"""What to mend first: the worst vulnerabilities of an image for which there is a fix."""

from dataclasses import dataclass

from webhook.core.deadline import Deadline
from webhook.core.evidence import SEVERITIES, Evidence, Indexed, Listed, Scanned, Vulnerability
from webhook.core.registry import Scanner
from webhook.errors import LookupFailed


@dataclass(frozen=True, slots=True)
class Fixes:
    """The vulnerabilities with a fix, the worst first, each once for a package."""

    vulnerabilities: tuple[Vulnerability, ...] = ()
    problem: str | None = None
    """Why there may be more; None where all are here."""


NO_FIXES = Fixes()


def fixes_of(evidence: Evidence, scanner: Scanner, deadline: Deadline) -> Fixes:
    """Return what can be mended in an image, or in those of an index."""
    if isinstance(evidence, Indexed):
        parts = [fixes_of(child.evidence, scanner, deadline) for child in evidence.children]
        found = [one for part in parts for one in part.vulnerabilities]
        return Fixes(_worst_first(found), next((part.problem for part in parts if part.problem), None))
    if not isinstance(evidence, Scanned):
        return NO_FIXES
    if isinstance(evidence.listing, Listed):
        return Fixes(_worst_first(evidence.listing.vulnerabilities))
    try:
        return Fixes(_worst_first(scanner.vulnerabilities(evidence.scan.id, deadline)))
    except LookupFailed as error:
        return Fixes(problem=str(error))


def _worst_first(found: tuple[Vulnerability, ...] | list[Vulnerability]) -> tuple[Vulnerability, ...]:
    fixable = {(one.id, one.package): one for one in found if one.fixed_by is not None}
    return tuple(sorted(fixable.values(), key=lambda one: (SEVERITIES.index(one.severity), one.id, one.package)))
