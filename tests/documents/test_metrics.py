"""docs/metrics.md lists each metric, with its type and labels."""

import re

from tests.documents import text
from webhook.core.metrics import FAMILIES

ROW = re.compile(r"^\| `(?P<name>scangate_\w+)` \| (?P<sort>\w+) \| (?P<labels>[^|]*)\|", re.MULTILINE)


def test_exactly_the_metrics_are_listed() -> None:
    """None is missing, none is made up, and each stands there once."""
    rows = [
        (found["name"], found["sort"], tuple(re.findall(r"`(\w+)`", found["labels"])))
        for found in ROW.finditer(text("docs/metrics.md"))
    ]

    assert sorted(rows) == sorted((family.name, family.sort.value, family.labels) for family in FAMILIES)
