"""docs/audit-log.md, the fields of an audit record."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from tests.documents import text
from webhook.core.outcomes import Outcome
from webhook.jobs.replay.doubts import Doubt


def test_each_field_of_a_record_is_documented() -> None:
    """The document of the audit log names every field of the schema."""
    schema = msgspec.json.decode(text("docs/audit-record.schema.json"))
    names = set(re.findall(r"`(\w+)`", text("docs/audit-log.md")))

    assert set(_properties(schema)) <= names


def test_what_replay_and_report_say_is_explained() -> None:
    """Every outcome, and everything that leaves a decision open, stands in a table."""
    rows = re.findall(r"^\| ([^|]+) \|", text("docs/audit-log.md"), re.MULTILINE)

    assert {outcome.value for outcome in Outcome} <= {row.strip("`") for row in rows}
    assert {doubt.value for doubt in Doubt} <= set(rows)


def _properties(node: Any) -> Iterator[str]:
    """Return the name of every property anywhere in a JSON schema."""
    if isinstance(node, dict):
        properties = node.get("properties")
        yield from properties if isinstance(properties, dict) else ()
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _properties(child)
