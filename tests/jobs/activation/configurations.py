"""A webhook configuration as the chart installs it, and as it is meant to become."""

from typing import Any

import msgspec

from webhook.core.cluster import Version
from webhook.core.registration import ClientConfig, Registration, Rule, Service, Webhook

NAME = "validate.scangate.dev"
RULE = Rule(("CREATE", "UPDATE"), ("",), ("*",), ("pods", "pods/ephemeralcontainers"), "Namespaced")
GATE = ClientConfig(Service("scangate", "scangate", "/validate"))

WANTED = Webhook(NAME, GATE, rules=(RULE,))
BARE = Webhook(NAME, GATE)
PUBLISHED = Webhook(NAME, msgspec.structs.replace(GATE, ca_bundle="UEVN"))
ACTIVE = msgspec.structs.replace(PUBLISHED, rules=(RULE,))


def configuration(*webhooks: Webhook, **fields: Any) -> Registration:
    """Return a configuration of *webhooks*."""
    return Registration(**{"name": "scangate", "webhooks": webhooks, "version": Version("1"), **fields})


def changed(webhook: Webhook, **fields: Any) -> Webhook:
    """Return *webhook* with other values in *fields*."""
    return msgspec.structs.replace(webhook, **fields)
