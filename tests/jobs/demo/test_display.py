"""The table of verdicts, and the denial as kubectl prints it."""

from typing import Any

import pytest

from tests.jobs.demo.test_outcomes import outcome
from webhook.core.evidence import SEVERITIES
from webhook.jobs.demo.display import render_denial, render_table

DIGEST = "sha256:" + "1f6a" * 16
LIMITS = {name: 0 if name in {"critical", "high"} else "unlimited" for name in SEVERITIES}


def judged(reference: str = f"cr.yandex/reg/shop/api@{DIGEST}", **more: Any) -> dict[str, Any]:
    """Write an image as an audit record does."""
    image = {"containers": ["app"], "reference": reference, "limits": LIMITS, "decision": "deny", "reason": "missing"}
    return image | more


def cells(line: str) -> list[str]:
    """Split a row of the table."""
    return line.split()


def test_a_row_shows_counts_against_limits() -> None:
    """Each count stands before its limit, '-' for none, next to decision and reason."""
    counts = dict(zip(SEVERITIES, [3, 12, 40, 8, 0, 1], strict=True))

    table = render_table([outcome(False, "missing", judged(counts=counts, reason="over-limits"))])

    first, counted = ["pod/web", "app", "shop/api@sha256:1f6a1f6a1f6a"], ["3/0", "12/0", "40/-", "8/-", "0/-", "1/-"]
    assert cells(table[1]) == [*first, *counted, "deny", "over-limits"]


def test_without_a_scan_there_are_no_counts() -> None:
    """Nothing is shown as zero that is not known to be."""
    table = render_table([outcome(False, "missing", judged())])

    assert cells(table[1])[3:9] == ["-"] * 6


def test_columns_stand_under_their_headings() -> None:
    """All rows put the same column at the same place, and none ends in blanks."""
    table = render_table([outcome(False, "missing", judged(), judged("nginx:1.27", containers=["a", "longer"]))])

    places = {line.index("deny") for line in table[1:]}
    assert places == {table[0].index("DECISION")}
    assert all(line == line.rstrip() for line in table)


def test_the_object_stands_in_its_first_row_only() -> None:
    """A pod of two images has two rows."""
    table = render_table([outcome(False, "missing", judged(), judged())])

    assert [line.startswith("pod/web") for line in table] == [False, True, False]


def test_an_index_shows_its_platforms() -> None:
    """Under an image index stands a row for each platform, with its own counts."""
    platform = {"platform": "linux/arm64", "digest": DIGEST, "counts": dict.fromkeys(SEVERITIES, 2)}

    table = render_table([outcome(False, "missing", judged(platforms=[platform]))])

    assert cells(table[2]) == ["linux/arm64@sha256:1f6a1f6a1f6a", "2/0", "2/0", "2/-", "2/-", "2/-", "2/-"]


def test_a_request_without_images_has_a_row_too() -> None:
    """What was answered without judging an image is shown with its reason."""
    table = render_table([outcome(True, "no-pod-template")])

    assert cells(table[1]) == ["pod/web", *["-"] * 8, "allow", "no-pod-template", "<-", "expected:", "deny", "missing"]


@pytest.mark.parametrize(
    ("reference", "shown"),
    [
        ("cr.yandex/reg/shop/api:1.4", "shop/api:1.4"),
        ("nginx", "nginx:latest"),
        ("cr.yandex/reg:1", "reg:1"),
        ("no such image\n", r"no such image\u000a"),
    ],
)
def test_references_are_short_and_safe_to_show(reference: str, shown: str) -> None:
    """Host and registry id are left out; what is no reference is shown as it is, made printable."""
    table = render_table([outcome(False, "missing", judged(reference))])

    assert f"  {shown}  " in table[1]


def test_a_denial_reads_as_kubectl_prints_it() -> None:
    """File, webhook and message stand where kubectl puts them."""
    text = render_denial(outcome(False, "missing", judged()))

    assert text == (
        'Error from server (Forbidden): error when creating "pods/web.yaml": '
        'admission webhook "validate.scangate.dev" denied the request: no'
    )
