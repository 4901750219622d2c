"""How the gate may ask the API server of its cluster, where the policy needs it."""

from webhook.core.documents import Section

ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
"""Where the kubelet puts the token of a pod's service account (Kubernetes documentation, "Service Accounts")."""


class ApiServer(Section, frozen=True, kw_only=True):
    """The API server, and who asks it."""

    endpoint: str = "https://kubernetes.default.svc"
    """Base URL."""
    token_file: str = f"{ACCOUNT}/token"
    """File with the token of the gate's service account; read for each call, since the kubelet renews it."""
    ca_file: str = f"{ACCOUNT}/ca.crt"
    """PEM file of the authorities to trust."""
