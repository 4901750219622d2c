"""What a scan found, one by one: a package with a known vulnerability, and how such findings are counted."""

from collections import Counter
from collections.abc import Collection
from enum import StrEnum

import msgspec

from webhook.core.evidence import SEVERITIES, Counts


class Severity(StrEnum):
    """How bad a vulnerability is, worst first; each is a bucket of `Counts`. `UNDEFINED` may be any of the others."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NEGLIGIBLE = "negligible"
    UNDEFINED = "undefined"


class Vulnerability(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One vulnerability in one package of an image. Its texts are strangers': they are of bounded length, no more."""

    id: str
    """Printable ASCII without spaces, such as `CVE-2026-8376`."""
    severity: Severity
    package: str
    version: str
    fixed_by: str | None
    """The version without it; None where there is none."""
    origin: str
    """`os`, or what else the package came by."""
    type: str
    """The kind of package, such as `debian`."""
    link: str | None = None


def tally(vulnerabilities: Collection[Vulnerability], *, distinct: bool) -> Counts:
    """Count findings by severity: one for each package, as the scanner does, or one for each *distinct* id.

    An id that is listed with several severities counts once, at the worst. `UNDEFINED` is not among those that
    are compared: it may be worse than what is known of another package, or better. An id that has it counts as
    undefined as well, so that neither hides the other.
    """
    listed = [one.severity for one in vulnerabilities]
    return _counts(_distinct(vulnerabilities) if distinct else listed)


def accounts_for(vulnerabilities: Collection[Vulnerability], counts: Counts) -> bool:
    """Tell whether a list holds at least as many findings of each severity as the scan has counted.

    A shorter list lacks findings, and nothing that is concluded from what is not in it holds: the totals decide.
    """
    listed = tally(vulnerabilities, distinct=False)
    return all(getattr(listed, name) >= getattr(counts, name) for name in SEVERITIES)


def _distinct(vulnerabilities: Collection[Vulnerability]) -> list[Severity]:
    undefined = {one.id for one in vulnerabilities if one.severity is Severity.UNDEFINED}
    worst: dict[str, Severity] = {}
    for severity in reversed(Severity):  # what is worse comes later, and stays
        if severity is not Severity.UNDEFINED:
            worst |= {one.id: severity for one in vulnerabilities if one.severity is severity}
    return [*worst.values(), *(Severity.UNDEFINED for _ in undefined)]


def _counts(severities: Collection[Severity]) -> Counts:
    return Counts(**{severity.value: number for severity, number in Counter(severities).items()})
