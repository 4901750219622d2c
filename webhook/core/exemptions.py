"""Exceptions to a policy: images that may run all the same, vulnerabilities that do not count.

Each has a reason, an owner and an end. One that has ended counts no longer, and whoever it would have helped is
told so; in its last days everybody is told whom it helps.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec

from webhook.core.images import Digest, ImageReference
from webhook.core.matching import Workload
from webhook.core.patterns import ImagePattern, NamePattern
from webhook.core.printable import printable
from webhook.core.times import render_time

NOTICE = timedelta(days=7)
"""How long before its end an exception is spoken of: long enough to reach its owner on a working day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """Why there is an exception, who answers for it, and until when."""

    reason: str
    owner: str
    ends: datetime
    """In UTC; the first moment at which it no longer counts."""

    def ended(self, now: datetime) -> bool:
        """Tell whether it counts no longer."""
        return now >= self.ends

    def notice(self, what: str, now: datetime) -> str | None:
        """Return what is to be said about its end; None while that is far."""
        if self.ended(now):
            return f"{what} ended on {self.end} (owner {printable(self.owner, limit=63)})"
        if now >= self.ends - NOTICE:
            return f"{what} ends on {self.end} (owner {printable(self.owner, limit=63)})"
        return None

    @property
    def end(self) -> str:
        """The end as people write it: the last day, or the time where it is not the end of a day."""
        if self.ends.time() == datetime.min.time():
            return (self.ends - timedelta(days=1)).date().isoformat()
        return render_time(self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """Images that may run whatever the policy says: everything that is named must fit; of a list, one is enough."""

    grounds: Grounds
    images: tuple[ImagePattern, ...] = ()
    digests: tuple[Digest, ...] = ()
    namespaces: tuple[NamePattern, ...] = ()

    def fits(self, workload: Workload, reference: ImageReference) -> bool:
        """Tell whether it is about this image of this workload, ended or not."""
        return (
            bool(self.images or self.digests or self.namespaces)
            and (not self.images or any(pattern.matches(reference) for pattern in self.images))
            and (not self.digests or reference.digest in self.digests)
            and (not self.namespaces or any(pattern.matches(workload.namespace) for pattern in self.namespaces))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoredVulnerability:
    """A vulnerability that does not count, in all images or some, in all packages or some."""

    grounds: Grounds
    id: str
    images: tuple[ImagePattern, ...] = ()
    packages: tuple[NamePattern, ...] = ()

    def fits(self, reference: ImageReference) -> bool:
        """Tell whether it is about this image, ended or not."""
        return not self.images or any(pattern.matches(reference) for pattern in self.images)

    def covers(self, identifier: str, package: str) -> bool:
        """Tell whether it is about a finding, named by its CVE id and its package."""
        return identifier == self.id and (
            not self.packages or any(pattern.matches(package) for pattern in self.packages)
        )


class Exceptions(msgspec.Struct, frozen=True):
    """The exceptions that are about one image of one workload, those that have ended too."""

    exemptions: tuple[Exemption, ...] = ()
    ignored: tuple[IgnoredVulnerability, ...] = ()


NO_EXCEPTIONS = Exceptions()


@dataclass(frozen=True, slots=True)
class ExceptionList:
    """All exceptions of a policy, filed by what they are about."""

    exemptions: tuple[Exemption, ...] = ()
    ignored: tuple[IgnoredVulnerability, ...] = ()
    _by_digest: dict[Digest, list[Exemption]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _others: list[Exemption] = field(init=False, repr=False, compare=False, default_factory=list)

    def __post_init__(self) -> None:
        """File them: those of single digests may be many."""
        for exemption in self.exemptions:
            for digest in exemption.digests:
                self._by_digest.setdefault(digest, []).append(exemption)
            if not exemption.digests:
                self._others.append(exemption)

    def of(self, workload: Workload, reference: ImageReference | None) -> Exceptions:
        """Return those that are about an image; none where it cannot be read."""
        if reference is None:
            return NO_EXCEPTIONS
        filed = [] if reference.digest is None else self._by_digest.get(reference.digest, [])
        return Exceptions(
            tuple(one for one in (*filed, *self._others) if one.fits(workload, reference)),
            tuple(one for one in self.ignored if one.fits(reference)),
        )


def day_after(text: str) -> datetime:
    """Return the end of a day such as 2026-12-31, in UTC. Raises `ValueError` where that is no day."""
    if len(text) != len("2026-12-31"):
        raise ValueError(text)
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) + timedelta(days=1)


def in_force(exemptions: Iterable[Exemption], now: datetime) -> Exemption | None:
    """Return the exemption that counts now and ends last."""
    return max(
        (one for one in exemptions if not one.grounds.ended(now)), key=lambda one: one.grounds.ends, default=None
    )
