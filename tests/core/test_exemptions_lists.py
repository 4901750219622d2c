"""Exceptions: of each list one entry is enough."""

import pytest

from tests.builders import DIGEST, digest_of
from tests.core.test_exemptions import IMAGE, WORKLOAD, grounds
from webhook.core.exemptions import Exemption, IgnoredVulnerability
from webhook.core.patterns import ImagePattern, NamePattern

IMAGES = (ImagePattern("docker.io/**"), ImagePattern("cr.yandex/crp1/**"))
NAMES = (NamePattern("pay"), NamePattern("sh*"))


@pytest.mark.parametrize(
    "exemption",
    [
        Exemption(grounds=grounds(), images=IMAGES),
        Exemption(grounds=grounds(), namespaces=NAMES),
        Exemption(grounds=grounds(), digests=(digest_of("another"), DIGEST)),
        Exemption(grounds=grounds(), images=IMAGES, namespaces=NAMES, digests=(DIGEST,)),
    ],
)
def test_one_entry_that_fits_is_enough(exemption: Exemption) -> None:
    """Whatever the others are about."""
    assert exemption.fits(WORKLOAD, IMAGE)


def test_one_image_and_one_package_are_enough_for_a_vulnerability() -> None:
    """Whatever the others are about."""
    ignored = IgnoredVulnerability(grounds=grounds(), id="CVE-1", images=IMAGES, packages=NAMES)

    assert ignored.fits(IMAGE)
    assert ignored.covers("CVE-1", "shadow")
    assert not ignored.covers("CVE-1", "bash")
