"""Labels of namespaces, where there may be no cluster to ask."""

from collections.abc import Mapping
from dataclasses import dataclass

from webhook.core.deadline import Deadline
from webhook.core.matching import Labels
from webhook.gate import Namespaces


@dataclass(frozen=True, slots=True)
class KnownLabels:
    """Knows what was said on the command line, then what the manifests say, and asks for the rest."""

    given: Labels | None
    """For every namespace; None where nothing was said."""
    declared: Mapping[str, Labels]
    """By namespace."""
    cluster: Namespaces

    def labels(self, namespace: str, deadline: Deadline) -> Labels | None:
        """Return the labels of a namespace; None where nobody knows them."""
        if self.given is not None:
            return self.given
        return self.declared.get(namespace) or self.cluster.labels(namespace, deadline)
