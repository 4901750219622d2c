"""Packed lists of vulnerabilities."""

from tests.builders import vulnerability
from webhook.adapters.packing import kib, pack, unpack
from webhook.core.evidence import Severity

LISTED = tuple(
    vulnerability(
        id=f"CVE-2026-{1000 + number * 7919 % 50_000}",
        severity=tuple(Severity)[number % 6],
        package=f"lib{number * 31 % 400}-é",
        fixed_by=None if number % 3 else f"1.{number % 50}",
        link=None if number % 5 else "https://a.example/",
    )
    for number in range(1000)
)


def test_a_list_comes_back_as_it_was() -> None:
    """Nothing is lost, and an empty list is one."""
    assert unpack(pack(LISTED)) == LISTED
    assert unpack(pack(())) == ()


def test_a_list_is_small() -> None:
    """A thousand take less than 40 KiB, and even nothing takes something."""
    assert kib(pack(LISTED)) < 40
    assert kib(pack(())) == 1
