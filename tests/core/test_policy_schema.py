"""The shape of a policy file."""

import msgspec

from webhook.core.policy import Rule
from webhook.core.policy_schema import PolicyText, RuleText


def test_rule_as_written_has_the_fields_of_a_rule() -> None:
    """None is forgotten on the way."""
    assert set(RuleText.__struct_fields__) == set(Rule.__dataclass_fields__)


def test_schema_refuses_unknown_keys_everywhere() -> None:
    """Also editors that go by it do."""
    definitions = msgspec.json.schema(PolicyText)["$defs"].values()
    sections = [node for node in definitions if node.get("properties")]

    assert len(sections) > 4
    assert all(node["additionalProperties"] is False for node in sections)
