"""The chart, rendered by the real Helm engine."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import helm_python
import yaml

from charts import CHART

RELEASE = "scangate"
NAMESPACE = "scangate"

INSTALL_ORDER = (
    "NetworkPolicy", "PodDisruptionBudget", "ServiceAccount", "Secret", "ConfigMap", "ClusterRole",
    "ClusterRoleBinding", "Role", "RoleBinding", "Service", "Deployment", "HorizontalPodAutoscaler", "Job", "CronJob",
)  # fmt: skip
"""Helm's order of the kinds that the chart has (helm.sh/helm, `InstallOrder`); others come after them."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """One object, and the text that it was rendered as."""

    text: str
    content: dict[str, Any]

    @property
    def kind(self) -> str:
        """Its kind."""
        return str(self.content["kind"])

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.content["metadata"]["name"])

    @property
    def hook(self) -> str:
        """The events of Helm on which it is made; empty for an object of the release."""
        return str((self.content["metadata"].get("annotations") or {}).get("helm.sh/hook", ""))


def render(values: Mapping[str, Any], *, release: str = RELEASE, namespace: str = NAMESPACE) -> dict[str, str]:
    """Return what each template makes of *values*.

    Raises:
        helm_python.HelmError: the values are not what the chart takes; the message names the key.
    """
    with helm_python.Chart.load(CHART) as chart:
        return chart.render(dict(values), name=release, namespace=namespace)


def objects(rendered: Mapping[str, str]) -> tuple[Rendered, ...]:
    """Return the objects that the templates made, in the order of Helm."""
    found: list[Rendered] = []
    for template, text in rendered.items():
        if template.endswith(".yaml"):
            texts = (part.strip() + "\n" for part in f"\n{text}".split("\n---\n"))
            found += [Rendered(each, content) for each in texts if (content := parsed(each))]
    return tuple(sorted(found, key=_order))


def parsed(text: str) -> Any:
    """Return the content of a YAML document; the fast parser, since there are thousands."""
    return yaml.load(text, Loader=yaml.CSafeLoader)  # noqa: S506 - it is a safe one


def _order(rendered: Rendered) -> tuple[int, str, str]:
    known = rendered.kind in INSTALL_ORDER
    return INSTALL_ORDER.index(rendered.kind) if known else len(INSTALL_ORDER), rendered.kind, rendered.name
