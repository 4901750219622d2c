"""Results for people."""

from dataclasses import replace

from msgspec import structs

from tests.builders import DIGEST, counts, scanned
from tests.jobs.check.samples import POD, SERVICE, results
from tests.jobs.check.test_judging import NO_CONTAINER
from webhook.core.evidence import Child, Indexed
from webhook.core.policy import Mode, Rule
from webhook.core.verdict import Verdict
from webhook.jobs.check.fixes import Fixes
from webhook.jobs.check.table import render_table


def table(text: str, rule: Rule | None = None, *, shown: int = 5, critical: int = 0) -> list[str]:
    """Return the lines of the report about *text*."""
    found = results(text, rule, critical=critical)
    judged = [result for result in found if result.judged]
    return render_table(judged, shown=shown, others=len(found) - len(judged)).splitlines()


def test_what_passes() -> None:
    """There is a row for each image, and nothing below the table but the sum."""
    headings, row, blank, total = table(f"{POD}---\n{SERVICE}")
    assert headings.split()[:3] == ["OBJECT", "CONTAINER", "IMAGE"]
    assert row.split()[0:2] == ["shop/Pod/web", "app"]
    assert row.split()[3:] == ["0/0", "0/0", "0/0", "0/0", "0/0", "0/0", "allow", "within-limits", "default"]
    assert (blank, total) == ("", "1 judged, 0 would be denied; 1 without images")


def test_what_is_denied() -> None:
    """Below the table is the place, what is wrong, and what to mend first."""
    lines = table(POD, critical=2)
    assert lines[3].startswith("manifests/web.yaml:9: shop/Pod/web: deny")
    assert "over-limits: 2 critical (limit 0) in scan " in lines[4]
    assert [line.split() for line in lines[5:7]] == [
        ["critical", "CVE-2026-2", "openssl", "1", "fixed", "by", "2"],
        ["high", "CVE-2026-1", "zlib", "1.2", "fixed", "by", "1.3"],
    ]
    assert lines[-1] == "1 judged, 1 would be denied; 0 without images"


def test_link() -> None:
    """Where remedies are documented is said for each image that is denied."""
    link = "  More about over-limits: https://wiki.example/reasons#over-limits"
    assert link in render_table(results(POD, critical=2), shown=1, others=0, reasons_url="https://wiki.example/reasons")
    assert "More about" not in "".join(table(POD, critical=2))


def test_more_fixes() -> None:
    """How many more there are is said."""
    assert "  and 1 more with a fix" in table(POD, shown=1, critical=2)


def test_mode() -> None:
    """A denial that is only recorded is shown with its mode, and is none."""
    lines = table(POD, Rule(name="trial", mode=Mode.AUDIT), critical=2)
    assert "deny (audit)" in lines[1]
    assert lines[-1] == "1 judged, 0 would be denied; 0 without images"


def test_images_that_cannot_be_read() -> None:
    """An image that cannot be read has a row too."""
    assert "NGINX:%" in table(POD.replace("image: ", "image: 'NGINX:%' # "))[1]


def test_index() -> None:
    """Of an index, each platform has a row with its counts; the name of the object stands once."""
    [result] = results(POD, critical=2)
    [finding] = result.findings
    children = (Child("linux/amd64", DIGEST, scanned(counts=counts(critical=2))),)
    indexed = structs.replace(finding, evidence=Indexed(digest=DIGEST, children=children))
    lines = render_table([replace(result, outcome=Verdict((indexed,)))], shown=1, others=0).splitlines()
    assert lines[1].split()[3:5] == ["-", "-"]
    assert lines[2].split()[:2] == [f"linux/amd64@{DIGEST[:19]}", "2/0"]


def test_list_that_cannot_be_had() -> None:
    """It is said that more might be mended."""
    [result] = results(POD, critical=2)
    broken = replace(result, fixes={0: Fixes(problem="the registry is down")})
    assert "  what can be fixed could not be told: the registry is down" in render_table([broken], shown=1, others=0)


def test_what_cannot_be_understood() -> None:
    """An object that a gate cannot read is denied, with the reason."""
    lines = table(NO_CONTAINER)
    assert lines[1].split()[0] == "Pod/odd"
    assert lines[3] == "manifests/web.yaml:1: Pod/odd: invalid-review: the pod names no container"


def test_nothing() -> None:
    """Where there is nothing to judge there is no table."""
    assert table(SERVICE) == ["0 judged, 0 would be denied; 1 without images"]
