"""A release, rendered, and how tests look at its objects."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from charts.rendering import Rendered, objects, parsed, render
from tests.charts.value_sets import SETS

Content = dict[str, Any]


class Release:
    """The objects that a set of values makes."""

    def __init__(self, values: Any) -> None:
        """Render the chart with *values*."""
        self._templates = render(values)
        self.objects: tuple[Rendered, ...] = objects(self._templates)

    @property
    def notes(self) -> str:
        """What Helm shows after an install."""
        return self._templates["scangate/templates/NOTES.txt"]

    def all(self, kind: str) -> list[Content]:
        """Return all objects of a kind."""
        return [each.content for each in self.objects if each.kind == kind]

    def one(self, kind: str, name: str = "scangate") -> Content:
        """Return the object of that kind and name."""
        (found,) = (each for each in self.all(kind) if each["metadata"]["name"] == name)
        return found

    def names(self, kind: str) -> set[str]:
        """Return the names of the objects of a kind."""
        return {each["metadata"]["name"] for each in self.all(kind)}

    @property
    def gate(self) -> Content:
        """The pod template of the gate."""
        (deployment,) = self.all("Deployment")
        template: Content = deployment["spec"]["template"]
        return template

    @property
    def container(self) -> Content:
        """The container of the gate."""
        (container,) = (each for each in self.gate["spec"]["containers"] if each["name"] == "gate")
        found: Content = container
        return found

    @property
    def webhook(self) -> Content:
        """The one webhook, as it is installed."""
        (configuration,) = self.all("ValidatingWebhookConfiguration")
        (webhook,) = configuration["webhooks"]
        found: Content = webhook
        return found

    @property
    def expected(self) -> Content:
        """The one webhook, as it is meant to become."""
        name = next(each for each in self.names("ConfigMap") if each.endswith("-webhook"))
        (webhook,) = parsed(self.one("ConfigMap", name)["data"]["webhook.yaml"])["webhooks"]
        found: Content = webhook
        return found

    def document(self, name: str, key: str) -> Any:
        """Return the YAML document in a ConfigMap."""
        return parsed(self.one("ConfigMap", name)["data"][key])

    def pods(self) -> Iterator[tuple[str, Content]]:
        """Yield the name of each object that makes a pod, and its pod or pod template."""
        for each in self.objects:
            spec = each.content.get("spec") or {}
            match each.kind:
                case "Pod":
                    yield each.name, each.content
                case "Deployment" | "Job":
                    yield each.name, spec["template"]
                case "CronJob":
                    yield each.name, spec["jobTemplate"]["spec"]["template"]
                case _:
                    pass


@cache
def release(name: str = "defaults") -> Release:
    """Return the release of a set of values, rendered once."""
    return Release(SETS[name])
