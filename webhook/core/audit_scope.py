"""Which namespaces an audit of running pods is about."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespaceScope:
    """The namespaces that are audited."""

    only: frozenset[str] = frozenset()
    """None: all of them."""
    without: frozenset[str] = frozenset()

    def includes(self, namespace: str) -> bool:
        """Tell whether pods of a namespace are judged."""
        return namespace not in self.without and (not self.only or namespace in self.only)
