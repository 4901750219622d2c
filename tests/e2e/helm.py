"""Helm as people use it: it installs, upgrades, tests and uninstalls the chart in a cluster."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import helm_python

from charts import CHART
from tests.e2e.api import Document
from tests.e2e.apiserver import ApiServer

NAMESPACE = "gatekeeping"
RELEASE = "prod"
NAME = f"{RELEASE}-scangate"
"""What the objects of the release are called."""

HELM_SECONDS = 120
"""A hook has ended after so long, or never will."""


@dataclass(frozen=True, slots=True)
class Helm:
    """The release of the chart in a cluster."""

    config: helm_python.Config
    cluster: ApiServer

    def install(self, values: Mapping[str, Any], *, seconds: int = HELM_SECONDS) -> None:
        """Install the release, hooks included."""
        self.config.install(CHART, RELEASE, dict(values), create_namespace=True, timeout=seconds, wait="hookOnly")

    def upgrade(self, values: Mapping[str, Any]) -> None:
        """Upgrade the release."""
        self.config.upgrade(CHART, RELEASE, dict(values), timeout=HELM_SECONDS, wait="hookOnly")

    def test(self) -> None:
        """Run the tests of the release; one that fails raises."""
        self.config.test(RELEASE, timeout=HELM_SECONDS)

    def uninstall(self) -> None:
        """Uninstall the release."""
        self.config.uninstall(RELEASE, timeout=HELM_SECONDS, ignore_not_found=True)

    def left(self) -> list[str]:
        """Return everything in the cluster that belongs to the release, whatever its kind."""
        return sorted(
            f"{path}: {each['metadata']['name']}"
            for path in self._listable()
            for each in self.cluster.api.send("GET", path).document.get("items") or []
            if _belongs(each)
        )

    def _listable(self) -> Iterator[str]:
        """Yield the path of every list that the API server knows."""
        groups = self.cluster.api.send("GET", "/apis").done()["groups"]
        for root in ["/api/v1", *(f"/apis/{group['preferredVersion']['groupVersion']}" for group in groups)]:
            for each in self.cluster.api.send("GET", root).document.get("resources", []):
                if "list" in each["verbs"] and each["name"] != "events":
                    yield f"{root}/{each['name']}"


def _belongs(item: Document) -> bool:
    metadata = item["metadata"]
    labels = metadata.get("labels") or {}
    named = metadata["name"].startswith((NAME, f"sh.helm.release.v1.{RELEASE}."))
    return named or labels.get("app.kubernetes.io/instance") == RELEASE


@contextmanager
def helm(cluster: ApiServer, kubeconfig: Path | None = None) -> Iterator[Helm]:
    """Give Helm, by default as somebody who may do everything; in the end the release is uninstalled."""
    with helm_python.Config(kubeconfig_path=kubeconfig or cluster.admin, namespace=NAMESPACE) as config:
        try:
            yield Helm(config, cluster)
        finally:
            with helm_python.Config(kubeconfig_path=cluster.admin, namespace=NAMESPACE) as admin:
                Helm(admin, cluster).uninstall()
