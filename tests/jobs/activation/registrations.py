"""Webhook configurations for the tests of activation."""

import base64
from typing import Any

from webhook.core.registration import Registration, parse_registration

RULE = {
    "apiGroups": [""],
    "apiVersions": ["*"],
    "operations": ["CREATE", "UPDATE"],
    "resources": ["pods"],
    "scope": "*",
}
BUNDLE = base64.b64encode(b"PEM").decode()


def registration(**webhook: Any) -> Registration:
    """Return a configuration of one webhook with a rule and a caBundle, in which some fields are others."""
    service = {"namespace": "scangate", "name": "scangate", "path": "/validate", "port": 443}
    whole = {
        "name": "validate.scangate.dev",
        "clientConfig": {"service": service, "caBundle": BUNDLE},
        "rules": [RULE],
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
    } | webhook
    content = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": "scangate", "resourceVersion": "1", "uid": "u"},
        "webhooks": [whole],
    }
    return parse_registration("file", content)
