"""An audit for people."""

import msgspec

from tests.jobs.audit.samples import BAD, GOOD, LENIENT, OLD, finding, owner
from tests.jobs.audit.test_collecting import judged, report
from webhook.core.cluster_audit import AuditReport
from webhook.jobs.audit.table import SHOWN_OWNERS, render_table


def lines(of: AuditReport) -> list[str]:
    """Return the lines of a table."""
    return render_table(of).splitlines()


def test_all_is_well() -> None:
    """There is one line, with what was judged."""
    assert lines(report(judged(finding(GOOD), pods=1200))) == [
        "1,200 pods of 1 owners in 1 namespaces run 1 images; 0 violations, 0 would be denied"
    ]


def test_violations() -> None:
    """What is violated has a row; below is why, where it runs, and what to do."""
    shown = lines(
        report(judged(finding(BAD), of=owner("a"), pods=3), judged(finding(OLD, rule=LENIENT), of=owner("b")))
    )
    assert [line.split() for line in shown[:3]] == [
        ["DECISION", "WHY", "RULE", "PODS", "OWNERS", "IMAGE"],
        ["1", "deny", "over-limits", "default", "3", "1", BAD],
        ["2", "deny", "(audit)", "over-limits", "lenient", "1", "1", OLD],
    ]
    assert shown[4:8] == [
        f"1. {BAD}",
        "   over-limits: 2 critical (limit 0) in scan che00000000000000001 of 2026-11-24T11:00:00.000Z (rule default)",
        "   runs in shop/Deployment/a",
        "   Rebuild it on patched packages, push, and deploy the new digest.",
    ]
    assert shown[-1].endswith("run 2 images; 2 violations, 1 would be denied")


def test_links() -> None:
    """Each remedy is linked, where it is said where the guide is."""
    shown = render_table(report(judged(finding(BAD))), reasons_url="https://docs.example/reasons").splitlines()
    assert "   https://docs.example/reasons#over-limits" in shown


def test_many_owners() -> None:
    """Some are named, and the rest is counted."""
    shown = lines(report(*(judged(finding(BAD), of=owner(f"web-{number}")) for number in range(SHOWN_OWNERS + 2))))
    [runs] = [line for line in shown if line.startswith("   runs in")]
    assert runs.endswith(f"shop/Deployment/web-{SHOWN_OWNERS - 1} and 2 more")


def test_notices() -> None:
    """Exemptions that end are told of."""
    told = msgspec.structs.replace(finding(BAD), notices=("the exemption of the image ends",))
    assert "   the exemption of the image ends" in lines(report(judged(told)))


def test_what_strangers_wrote() -> None:
    """No name can write over the terminal."""
    bad = judged(finding(BAD), of=owner("web\x1b[2J"), troubles=("shop/\x07",))
    text = render_table(report(bad))
    assert text.isascii()
    assert "\x1b" not in text
    assert "\x07" not in text


def test_not_whole() -> None:
    """What could not be judged is said at the end."""
    assert lines(report(judged(finding(GOOD), troubles=("pods: HTTP 500",))))[-2:] == [
        "Not everything could be judged:",
        "  pods: HTTP 500",
    ]
