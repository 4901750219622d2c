"""What a scan found, one by one: a package with a known vulnerability, and how such findings are counted."""

from collections import Counter
from collections.abc import Collection

from webhook.core.evidence import Counts, Severity, Vulnerability


def tally(vulnerabilities: Collection[Vulnerability], *, distinct: bool) -> Counts:
    """Count findings by severity: one for each package, as the scanner does, or one for each *distinct* id.

    An id that is listed with several severities counts once, at the worst. `UNDEFINED` is not among those that
    are compared: it may be worse than what is known of another package, or better. An id that has it counts as
    undefined as well, so that neither hides the other.
    """
    listed = [one.severity for one in vulnerabilities]
    return _counts(_distinct(vulnerabilities) if distinct else listed)


def _distinct(vulnerabilities: Collection[Vulnerability]) -> list[Severity]:
    undefined = {one.id for one in vulnerabilities if one.severity is Severity.UNDEFINED}
    worst: dict[str, Severity] = {}
    for severity in reversed(Severity):  # what is worse comes later, and stays
        if severity is not Severity.UNDEFINED:
            worst |= {one.id: severity for one in vulnerabilities if one.severity is severity}
    return [*worst.values(), *(Severity.UNDEFINED for _ in undefined)]


def _counts(severities: Collection[Severity]) -> Counts:
    return Counts(**{severity.value: number for severity, number in Counter(severities).items()})
