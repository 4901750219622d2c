"""Which namespaces are audited."""

import pytest

from webhook.core.audit_scope import NamespaceScope

SHOP, SYSTEM = frozenset({"shop"}), frozenset({"kube-system"})


@pytest.mark.parametrize(
    ("scope", "namespace", "included"),
    [
        (NamespaceScope(), "shop", True),
        (NamespaceScope(only=SHOP), "shop", True),
        (NamespaceScope(only=SHOP), "shop-2", False),
        (NamespaceScope(without=SYSTEM), "shop", True),
        (NamespaceScope(without=SYSTEM), "kube-system", False),
        (NamespaceScope(only=SHOP | SYSTEM, without=SYSTEM), "kube-system", False),
    ],
)
def test_included(scope: NamespaceScope, namespace: str, included: bool) -> None:
    """All are, unless some are named; and never one that is excluded."""
    assert scope.includes(namespace) is included
