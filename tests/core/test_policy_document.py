"""The JSON Schema of a policy: complete, published, and of one mind with the gate."""

import json
from typing import Any

import jsonschema
import msgspec
import pytest
import yaml

from tests.processes import ROOT
from webhook.core.documents import Document
from webhook.core.images import Digest
from webhook.core.policy_document import DESCRIPTIONS, render_schema
from webhook.core.policy_file import parse_policy
from webhook.core.policy_schema import PolicyText
from webhook.errors import InvalidDocument

PUBLISHED = ROOT / "docs" / "scan-policy.schema.json"
HEAD: dict[str, Any] = {"apiVersion": "scangate.dev/v1", "kind": "ScanPolicy"}


def test_every_key_is_described() -> None:
    """Exactly the keys that a policy may have are described, each where it stands."""
    parts = msgspec.json.schema(PolicyText)["$defs"]
    keys = {name: set(part["properties"]) for name, part in parts.items() if "properties" in part}
    assert {name: set(texts) for name, texts in DESCRIPTIONS.items()} == keys
    assert all(text.strip() for texts in DESCRIPTIONS.values() for text in texts.values())


def test_the_published_schema_is_the_one_that_is_printed() -> None:
    """docs/scan-policy.schema.json is what `scangate policy schema` prints."""
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == json.loads(json.dumps(render_schema()))


def test_it_is_a_schema() -> None:
    """It is one of draft 2020-12."""
    jsonschema.Draft202012Validator.check_schema(render_schema())


def test_the_example_fits() -> None:
    """The example of a policy fits it."""
    jsonschema.validate(yaml.safe_load((ROOT / "examples" / "policy.yaml").read_text()), render_schema())


@pytest.mark.parametrize(
    "content",
    [
        {},
        {**HEAD, "rules": [{}]},
        {**HEAD, "rules": [{"name": "Default"}]},
        {**HEAD, "rules": [{"name": "a", "limit": {}}]},
        {**HEAD, "rules": [{"name": "a", "mode": "strict"}]},
        {**HEAD, "rules": [{"name": "a", "limits": {"high": -1}}]},
        {**HEAD, "rules": [{"name": "a", "match": {"images": "docker.io/**"}}]},
        {**HEAD, "rules": [{"name": "a"}], "exemptions": [{"images": ["docker.io/**"]}]},
    ],
)
def test_what_does_not_fit_is_refused_by_the_gate_too(content: dict[str, Any]) -> None:
    """Schema and gate refuse the same shapes."""
    assert not jsonschema.Draft202012Validator(render_schema()).is_valid(content)
    with pytest.raises(InvalidDocument):
        parse_policy(Document("policy.yaml", content, Digest("")))
