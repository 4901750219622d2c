"""docs/configuration.md and the examples of configuration in all documents."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from tests.builders import NOW
from tests.documents import DOCUMENTS, blocks, text
from webhook.core.api_server import ApiServer
from webhook.core.documents import Document
from webhook.core.identity import Federation, Metadata
from webhook.core.images import Digest
from webhook.core.policy import Limits, Rule
from webhook.core.policy_file import parse_policy
from webhook.core.policy_schema import PolicyText
from webhook.core.self_check import SelfCheck
from webhook.core.settings import Settings, parse_settings
from webhook.core.table import parse_table
from webhook.core.tracing import Tracing
from webhook.errors import InvalidDocument
from webhook.jobs.policy.cases import parse_cases

ROW = re.compile(r"^\| `(?P<key>[\w.\[\]]+)` \| (?P<default>.*?) \|", re.MULTILINE)

WITHIN_OPTIONAL = ("apiServer.", "identity.metadata.", "identity.federation.", "selfCheck.", "tracing.")
"""Fields of sections that are not there by default."""


def keys(schema: dict[str, Any], node: dict[str, Any], path: str = "") -> Iterator[str]:
    """Return every key of a document with its path, from the schema of its type."""
    # A section that may be left out is a reference or nothing.
    node = next((one for one in node.get("anyOf", ()) if "$ref" in one), node)
    if "$ref" in node:
        node = schema["$defs"][node["$ref"].rpartition("/")[2]]
    for name, child in node.get("properties", {}).items():
        yield f"{path}{name}"
        yield from keys(schema, child, f"{path}{name}.")
    if "items" in node:
        yield from keys(schema, node["items"], f"{path.removesuffix('.')}[].")


def documented(heading: str) -> dict[str, str]:
    """Return the keys under a heading of the configuration document, with their defaults."""
    part = text("docs/configuration.md").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return {row["key"]: row["default"].strip("`") for row in ROW.finditer(part)}


def test_each_setting_is_documented() -> None:
    """The table of settings has exactly the keys of the GateConfiguration."""
    schema = msgspec.json.schema(Settings)
    groups = {"server", "server.tls", "identity", "cloud", "registry", "selfCheck"}

    assert set(keys(schema, schema)) - groups == set(documented("GateConfiguration"))


def test_the_defaults_of_settings_are_the_documented_ones() -> None:
    """What the table says of an absent key is what the gate takes for it."""
    minimal = {
        "apiVersion": "scangate.dev/v1",
        "kind": "GateConfiguration",
        "server": {"tls": {"certFile": "required", "keyFile": "required"}},
        "policyFile": "required",
    }
    settings = msgspec.json.decode(msgspec.json.encode(parse_settings(Document("", minimal, Digest("")))))

    for key, default in documented("GateConfiguration").items():
        if default == "required" or key.startswith(WITHIN_OPTIONAL):
            continue
        value: Any = settings
        for step in key.split("."):
            value = value[step]
        assert value == (None if default == "none" else yaml.safe_load(default)), key


def test_the_defaults_of_optional_sections_are_the_documented_ones() -> None:
    """So are those of a section that need not be there."""
    documents = documented("GateConfiguration")
    api_server = {f"apiServer.{camel(name)}": value for name, value in msgspec.structs.asdict(ApiServer()).items()}
    assert api_server.items() <= documents.items()
    federation = Federation(service_account_id="aje1", token_file="token")
    assert documents["identity.federation.endpoint"] == federation.endpoint
    assert float(documents["tracing.sampleRatio"]) == Tracing(endpoint="http://a").sample_ratio
    assert documents["selfCheck.interval"] == SelfCheck(webhook="a", expected_file="b").interval
    assert (documents["identity.metadata.endpoint"], Metadata().endpoint) == ("none", None)


def camel(name: str) -> str:
    """Write a Python name as documents write it."""
    head, *rest = name.split("_")
    return head + "".join(map(str.capitalize, rest))


def test_each_field_of_a_policy_is_documented() -> None:
    """The table has exactly the fields of a policy file, and the example of a policy has all of a rule."""
    schema = msgspec.json.schema(PolicyText)
    groups = {"rules[].match", "rules[].limits"}
    example = yaml.safe_load(text("examples/policy.yaml"))["rules"][-1]

    assert set(keys(schema, schema)) - groups == set(documented("ScanPolicy"))
    assert {camel(name) for name in Rule.__dataclass_fields__} - {"match"} == example.keys()
    assert set(Limits.__struct_fields__) == example["limits"].keys()


def test_the_defaults_of_a_policy_are_the_documented_ones() -> None:
    """A policy that spells every documented default out is the same as one that leaves all of them out."""
    head = {"apiVersion": "scangate.dev/v1", "kind": "ScanPolicy"}
    written: dict[str, Any] = {"name": "default", "limits": {}, "match": {}}
    for key, default in documented("ScanPolicy").items():
        if default not in {"required", "none"} and key.startswith("rules[]."):
            group, _, field = key.removeprefix("rules[].").rpartition(".")
            (written[group] if group else written)[field] = yaml.safe_load(default)

    spelt_out = parse_policy(Document("", {**head, "rules": [written]}, Digest("")))
    left_out = parse_policy(Document("", {**head, "rules": [{"name": "default"}]}, Digest("")))

    assert spelt_out.rules == left_out.rules


def test_the_example_of_an_error_is_real() -> None:
    """The message in the document is the one that the gate gives."""
    rules = [{"name": "default", "limits": {"critical": "0"}}]
    content = {"apiVersion": "scangate.dev/v1", "kind": "ScanPolicy", "rules": rules}

    with pytest.raises(InvalidDocument) as raised:
        parse_policy(Document("policy.yaml", content, Digest(""), lambda _: 6))

    assert blocks(text("docs/configuration.md"), "text")[0] == f"scangate: {raised.value}\n"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_examples_in_documents_are_right(document: Path) -> None:
    """Each configuration, policy and lookup table in a document is one that the gate would take."""
    for block in blocks(document.read_text(encoding="utf-8"), "yaml"):
        content = yaml.safe_load(block)
        whole = Document(document.name, content, Digest(""))
        match content:
            case {"kind": "GateConfiguration"}:
                parse_settings(whole)
            case {"kind": "ScanPolicy"}:
                parse_policy(whole)
            case {"kind": "ScanPolicyTest"}:
                parse_cases(whole, NOW)
            case {"podTemplates": _}:
                assert {"group", "kind", "path"} == content["podTemplates"][0].keys()
            case {"kind": "AdmissionConfiguration" | "Config" | "ClusterRole"}:
                assert content["apiVersion"].endswith("v1"), "Kubernetes says what is right"
            case {"metadata": _}:
                assert content["spec"]["containers"]
            case _:
                assert len(parse_table([whole]).hints) == len(content)
