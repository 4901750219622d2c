"""One row of the HTML report: what is said of an image."""

import msgspec
import pytest

from tests.audits import hostile, over, owner, unusable, violation
from tests.builders import DIGEST, counts, scanned
from tests.judgements import index
from webhook.core.evidence import Unusable
from webhook.core.policy import Absent, Limits, Rule
from webhook.core.reasons import Reason
from webhook.core.verdict import Finding
from webhook.jobs.audit.page.rows import MAX_PLATFORMS, Count, Place, row


def test_image() -> None:
    """Its name stands out from where it lies; the digest is that which was judged."""
    shown = row(violation(over("team/api")), 10)
    assert (shown.folder, shown.name, shown.digest) == ("cr.yandex/crp1/team/", "api", DIGEST)
    assert (shown.rule, shown.mode, shown.pods, shown.workloads) == ("default", "enforce", 2, 1)
    assert "3 critical (limit 0)" in shown.detail


@pytest.mark.parametrize(("text", "name"), [("nginx", "nginx"), ("", "(no image)"), ("@sha256:x", "(no image)")])
def test_odd_names(text: str, name: str) -> None:
    """Whatever the image is called, something is shown."""
    finding = unusable(Reason.MISSING)
    shown = row(
        violation(msgspec.structs.replace(finding, image=msgspec.structs.replace(finding.image, text=text))), 10
    )
    assert (shown.folder, shown.name) == ("", name)


def test_counts() -> None:
    """What the scanner counted is shown, but zeros, and what is over its limit is marked."""
    rule = Rule(name="r", limits=Limits(high=5, low="unlimited"))
    finding = msgspec.structs.replace(over(), rule=rule, evidence=scanned(counts=counts(critical=1, high=5, low=9)))
    (scan,) = row(violation(finding), 10).scans
    assert scan.counts == (
        Count("critical", 1, "0", over=True),
        Count("high", 5, "5", over=False),
        Count("low", 9, "unlimited", over=False),
    )


def test_platforms() -> None:
    """Of an index each platform has its counts; one without a scan has none."""
    evidence = index(scanned(counts=counts(high=1)), Unusable(gap=Reason.MISSING, detail=""))
    assert [scan.platform for scan in row(violation(msgspec.structs.replace(over(), evidence=evidence)), 10).scans] == [
        "linux/0"
    ]
    many = index(*(scanned(counts=counts(high=1)) for _ in range(MAX_PLATFORMS + 1)))
    assert len(row(violation(msgspec.structs.replace(over(), evidence=many)), 10).scans) == MAX_PLATFORMS


@pytest.mark.parametrize(
    "finding",
    [
        unusable(Reason.MISSING),
        msgspec.structs.replace(over(), evidence=scanned(counts=None), rule=Rule(name="r", absent_counts=Absent.DENY)),
    ],
)
def test_no_counts(finding: Finding) -> None:
    """Where nothing was counted nothing is shown."""
    assert not any(scan.counts for scan in row(violation(finding), 10).scans)


def test_places() -> None:
    """Every namespace is named, and workloads as long as there is room; those that the audit left out are counted."""
    owners = [owner(f"w{number}", namespace) for namespace in ("b", "a") for number in range(3)]
    shown = row(violation(over(), *owners, more=7), 4)
    assert shown.places == (
        Place("a", ("Deployment/w0", "Deployment/w1", "Deployment/w2"), 0),
        Place("b", ("Deployment/w0",), 2),
    )
    assert (shown.workloads, shown.unnamed, shown.short) == (13, 7, False)
    assert row(violation(over()), 4).short


def test_strangers_text() -> None:
    """It is printable ASCII."""
    shown = row(violation(hostile(), owner("\u202e", "\x00")), 10)
    assert all(text.isprintable() and text.isascii() for text in (shown.folder, shown.name, shown.rule))
    assert shown.places[0] == Place("\\u0000", ("Deployment/\\u202e",), 0)
