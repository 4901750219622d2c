"""What is made from the chart, and what is written about it."""

import json
from pathlib import Path
from typing import Any

import helm_python
import pytest
import yaml

from charts import CHART, MANIFESTS, ROOT
from charts.described import sections, undescribed
from charts.manifests import manifests
from charts.readme import readme
from charts.rendering import render
from tests.charts.release import release
from tests.charts.schemas import problems, versions
from tests.documents.test_links import LINK, anchors
from webhook.core.documents import Document
from webhook.core.images import Digest
from webhook.core.policy import Mode
from webhook.core.policy_file import parse_policy
from webhook.core.table import parse_table

EXAMPLES = sorted((MANIFESTS / "examples").glob("*.yaml"))
OLD = "has changed: run `make chart`"


def defaults() -> Any:
    """Return the default values."""
    return yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))


def content(file: Path) -> Any:
    """Return what stands in an example."""
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def test_the_readme_is_that_of_the_values() -> None:
    """README.md of the chart is what `make chart` makes."""
    assert (CHART / "README.md").read_text(encoding="utf-8") == readme(), OLD


@pytest.mark.parametrize("name", ["scangate.yaml", "verify.yaml"])
def test_the_manifests_are_those_of_the_chart(name: str) -> None:
    """The plain manifests are what `make chart` makes."""
    assert (MANIFESTS / name).read_text(encoding="utf-8") == manifests()[name], OLD


def test_every_key_is_described() -> None:
    """No key of values.yaml is without a description."""
    described = sections((CHART / "values.yaml").read_text(encoding="utf-8"))

    assert undescribed(described, defaults()) == set()
    assert all(value.description.endswith((".", "!", "`)")) for section in described for value in section.values)


def test_a_key_without_description_would_be_found() -> None:
    """A key counts as described by its own comment or one above it, and by none else."""
    text = "# === A\n\n# -- About a.\na: {b: 1}\nc:\n  # -- About d.\n  d: 1\n  e: 2\n"

    assert undescribed(sections(text), yaml.safe_load(text)) == {"c.e"}


def test_every_key_is_in_the_schema_and_the_other_way_round() -> None:
    """The schema knows exactly the keys of values.yaml, and those that Helm or YAML bring in."""
    schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))

    assert set(schema["properties"]) - {"global"} == set(defaults())
    for key, node in schema["properties"].items():
        if "properties" in node and node.get("additionalProperties") is False:
            assert set(node["properties"]) - {"false"} == set(defaults()[key]), key


def test_the_manifests_are_valid_and_in_order() -> None:
    """Kubernetes takes each of them; deleting them in their order removes the webhook first."""
    found = [
        each for name in manifests() for each in yaml.safe_load_all((MANIFESTS / name).read_text(encoding="utf-8"))
    ]

    assert [problems(each, versions()[-1]) for each in found] == [[]] * len(found)
    assert [each["kind"] for each in found][:2] == ["ValidatingWebhookConfiguration", "Namespace"]
    assert "helm" not in "".join(json.dumps(each["metadata"]).lower() for each in found)


@pytest.mark.parametrize("file", [file for file in EXAMPLES if file.name.startswith("values-")], ids=lambda f: f.name)
def test_examples_of_values_can_be_installed(file: Path) -> None:
    """The chart takes each of them."""
    assert render(content(file))


def test_the_first_week_admits_everything() -> None:
    """In the first week no policy refuses, and no outage of the gate does."""
    values = content(MANIFESTS / "examples" / "values-first-week.yaml")
    rendered = render(values)
    text = yaml.safe_load(list(rendered["scangate/templates/configuration.yaml"].split("\n---\n"))[1])["data"]
    rule = parse_policy(Document("", yaml.safe_load(text["policy.yaml"]), Digest(""))).rules[-1]
    (webhook,) = yaml.safe_load(rendered["scangate/templates/webhook.yaml"])["webhooks"]

    assert rule.mode is Mode.AUDIT
    assert webhook["failurePolicy"] == "Ignore"


def test_the_example_of_a_policy_is_one() -> None:
    """It is a ConfigMap with a policy that the gate takes."""
    example = content(MANIFESTS / "examples" / "policy.yaml")
    written = yaml.safe_load(example["data"]["policy.yaml"])

    assert problems(example, versions()[-1]) == []
    assert parse_policy(Document("", written, Digest(""))).rules[-1].mode is Mode.ENFORCE
    assert render({"policy": {"existingConfigMap": {"name": example["metadata"]["name"]}}})


def test_the_example_of_a_lookup_table_is_one() -> None:
    """It is a ConfigMap with a lookup table that the gate takes."""
    example = content(MANIFESTS / "examples" / "table.yaml")
    entries = yaml.safe_load(example["data"]["shop.yaml"])

    assert problems(example, versions()[-1]) == []
    assert len(parse_table([Document("", entries, Digest(""))]).hints) == len(entries) == 2


def test_links_of_the_readme_lead_somewhere() -> None:
    """Each link in the README of the chart leads to a file that is there, and to a heading that is in it."""
    text = readme()
    for link in LINK.finditer(text):
        file = CHART / (link["target"] or "README.md")
        assert file.exists(), link[0]
        assert not link["anchor"] or link["anchor"] in anchors(file.read_text(encoding="utf-8")), link[0]


def test_the_chart_is_of_the_version_of_the_program() -> None:
    """A chart installs the program that it was made with."""
    chart, project = content(CHART / "Chart.yaml"), (ROOT / "pyproject.toml").read_text(encoding="utf-8")

    assert f'\nversion = "{chart["appVersion"]}"\n' in project
    assert helm_python.lint(CHART, {}, strict=True)["errors"] == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("defaults", "no pod starts in guarded namespaces (failurePolicy: Fail)"),
        ("defaults", "image.registry is not set"),
        ("defaults", "all namespaces but kube-system, scangate\n"),
        ("ignore-failures", "EVERY pod starts (failurePolicy: Ignore)"),
        ("audit", "--set policy.mode=enforce"),
        ("audit", "mode audit"),
        ("exempt-namespaces", "kube-system, scangate, calico-system"),
        ("immediate", "The rules are in force already."),
        ("existing-policy", "ConfigMap scan-policy"),
        ("cert-manager", "its Secrets when the release is uninstalled: scangate-tls, scangate-authority"),
    ],
)
def test_the_notes_say_what_to_know(name: str, said: str) -> None:
    """What a person reads after the install is about their values."""
    assert said in release(name).notes
