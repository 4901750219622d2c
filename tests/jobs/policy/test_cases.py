"""Files of cases: what they may say, and that everything else is told with its place."""

from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from tests.builders import NOW, PINNED
from tests.jobs.policy.samples import CLEAN, case_file, document
from webhook.core.evidence import SEVERITIES, Gap
from webhook.core.workloads import POD, Kind
from webhook.errors import InvalidDocument
from webhook.jobs.policy.cases import CountsText, NoScan, Severity, parse_cases


def test_what_is_left_out() -> None:
    """A case needs a name, an image and what it expects: it is a pod of the default account, now."""
    [case] = case_file({"name": "short", "image": PINNED}).cases
    assert (case.workload.namespace, case.workload.kind, case.workload.service_account) == ("default", POD, "default")
    assert (case.now, case.image.text) == (NOW, PINNED)
    assert case.text.namespace_labels is None


def test_the_present() -> None:
    """A file says when it is, and a case may say something else."""
    first, second = case_file(
        CLEAN, CLEAN | {"now": "2026-01-02T00:00:00Z", "kind": "Deployment"}, now="2026-01-01T00:00:00Z"
    ).cases
    assert (first.now, second.now) == (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    assert second.workload.kind == Kind("apps", "Deployment")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"scan": {"counts": {"critical": -1}}},
            "cases[0].scan.counts.critical: must be a whole number from 0, not -1",
        ),
        ({"noScan": "gome"}, "did you mean 'gone'?"),
        ({"noScan": "gone"}, "cases[0].noScan: says that there is no scan, and scan says what it found; keep one"),
        ({"expect": {}}, "cases[0].expect: names nothing"),
        ({"expect": {"reason": "over-limit"}}, "did you mean 'over-limits'?"),
        ({"kind": "Rollout"}, "cases[0].kind: 'Rollout' is none of"),
        ({"now": "soon"}, "cases[0].now: 'soon' is not an RFC 3339 time"),
        ({"imagee": "x"}, "unknown field; did you mean 'image'?"),
    ],
)
def test_what_is_wrong_is_told(change: dict[str, Any], said: str) -> None:
    """The message names file, field, value and what would be right."""
    with pytest.raises(InvalidDocument) as raised:
        case_file(CLEAN | change)
    assert str(raised.value).startswith("cases.yaml: ")
    assert said in str(raised.value)


def test_no_cases() -> None:
    """A file without cases tests nothing, and is refused."""
    with pytest.raises(InvalidDocument, match="at least one case"):
        parse_cases(document(), NOW)


def test_words_are_those_of_the_gate() -> None:
    """Severities, counters and reasons are those that the gate knows."""
    assert set(get_args(Severity)) == set(SEVERITIES) == set(CountsText.__struct_fields__)
    assert set(get_args(NoScan)) <= {gap.value for gap in get_args(Gap)}
