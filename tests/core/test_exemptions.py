"""Exceptions: what they are about, when they end, and what is said before that."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.builders import DIGEST, NOW, digest_of
from webhook.core.exemptions import (
    NO_EXCEPTIONS,
    ExceptionList,
    Exemption,
    Grounds,
    IgnoredVulnerability,
    day_after,
    in_force,
)
from webhook.core.images import parse_reference
from webhook.core.matching import Workload
from webhook.core.patterns import ImagePattern, NamePattern

IMAGE = parse_reference(f"cr.yandex/crp1/shop/api@{DIGEST}")
WORKLOAD = Workload(namespace="shop")
DAY = timedelta(days=1)


def grounds(ends: datetime = NOW + 30 * DAY) -> Grounds:
    """Return grounds that hold until *ends*."""
    return Grounds(reason="no fix yet", owner="team-shop", ends=ends)


@pytest.mark.parametrize(
    ("exemption", "fits"),
    [
        (Exemption(grounds=grounds()), False),
        (Exemption(grounds=grounds(), digests=(DIGEST,)), True),
        (Exemption(grounds=grounds(), digests=(digest_of("another"),)), False),
        (Exemption(grounds=grounds(), images=(ImagePattern("cr.yandex/crp1/**"),)), True),
        (Exemption(grounds=grounds(), images=(ImagePattern("docker.io/**"),)), False),
        (Exemption(grounds=grounds(), namespaces=(NamePattern("sh*"),)), True),
        (Exemption(grounds=grounds(), namespaces=(NamePattern("pay"),)), False),
        (Exemption(grounds=grounds(), digests=(DIGEST,), namespaces=(NamePattern("pay"),)), False),
    ],
)
def test_all_that_an_exemption_names_must_fit(exemption: Exemption, fits: bool) -> None:
    """One that names nothing is about nothing, and the list of a policy finds what the exemption itself says."""
    assert exemption.fits(WORKLOAD, IMAGE) is fits
    assert ExceptionList((exemption,)).of(WORKLOAD, IMAGE).exemptions == ((exemption,) if fits else ())


def test_image_that_cannot_be_read_has_no_exceptions() -> None:
    """Nobody knows which image it is."""
    everywhere = Exemption(grounds=grounds(), namespaces=(NamePattern("*"),))

    assert ExceptionList((everywhere,)).of(WORKLOAD, None) == NO_EXCEPTIONS


def test_unpinned_image_is_exempt_by_its_name_only() -> None:
    """A digest that is not written cannot be exempt."""
    by_digest = Exemption(grounds=grounds(), digests=(DIGEST,))
    by_name = Exemption(grounds=grounds(), images=(ImagePattern("cr.yandex/crp1/**"),))
    tagged = parse_reference("cr.yandex/crp1/shop/api:1")

    assert ExceptionList((by_digest, by_name)).of(WORKLOAD, tagged).exemptions == (by_name,)


@pytest.mark.parametrize(
    ("ignored", "package", "covered"),
    [
        (IgnoredVulnerability(grounds=grounds(), id="CVE-1"), "openssl", True),
        (IgnoredVulnerability(grounds=grounds(), id="CVE-2"), "openssl", False),
        (IgnoredVulnerability(grounds=grounds(), id="CVE-1", packages=(NamePattern("open*"),)), "openssl", True),
        (IgnoredVulnerability(grounds=grounds(), id="CVE-1", packages=(NamePattern("perl"),)), "openssl", False),
    ],
)
def test_ignored_vulnerability_is_named_by_id_and_package(
    ignored: IgnoredVulnerability, package: str, covered: bool
) -> None:
    """Another package with the same vulnerability still counts, where packages are named."""
    assert ignored.covers("CVE-1", package) is covered


def test_ignored_vulnerability_may_be_of_some_images() -> None:
    """The list of a policy has only those of the image."""
    ours = IgnoredVulnerability(grounds=grounds(), id="CVE-1", images=(ImagePattern("cr.yandex/crp1/**"),))
    others = IgnoredVulnerability(grounds=grounds(), id="CVE-2", images=(ImagePattern("docker.io/**"),))
    all_images = IgnoredVulnerability(grounds=grounds(), id="CVE-3")

    assert ExceptionList(ignored=(ours, others, all_images)).of(WORKLOAD, IMAGE).ignored == (ours, all_images)


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (NOW + 8 * DAY, None),
        (NOW + 7 * DAY, "it ends on "),
        (NOW + timedelta(seconds=1), "it ends on "),
        (NOW, "it ended on "),
        (NOW - DAY, "it ended on "),
    ],
)
def test_end_is_announced_in_the_last_days(ends: datetime, said: str | None) -> None:
    """And said afterwards; with who answers for it."""
    notice = grounds(ends).notice("it", NOW)

    assert (notice or "").startswith(said or "")
    assert (notice is None) == (said is None)
    assert notice is None or notice.endswith("(owner team-shop)")


def test_day_counts_to_its_end() -> None:
    """In UTC; a time is what it is."""
    assert day_after("2026-12-31") == datetime(2027, 1, 1, tzinfo=UTC)
    assert grounds(day_after("2026-12-31")).end == "2026-12-31"
    assert grounds(NOW).end == "2026-11-24T12:00:00.000Z"


@pytest.mark.parametrize("text", ["", "2026-12-32", "2026-2-1", "31.12.2026", "2026-12-31T00:00:00Z", "2026-12-3x"])
def test_what_is_no_day_is_refused(text: str) -> None:
    """There is one way to write a day."""
    with pytest.raises(ValueError, match=r"."):
        day_after(text or "x")


def test_exemption_that_ends_last_counts() -> None:
    """Those that have ended do not."""
    ended, soon, late = (Exemption(grounds=grounds(NOW + days * DAY), digests=(DIGEST,)) for days in (-1, 1, 2))

    assert in_force((late, ended, soon), NOW) == late
    assert in_force((ended,), NOW) is None
