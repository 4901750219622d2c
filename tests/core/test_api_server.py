"""How the API server is asked: by default as any pod asks it."""

from webhook.core.api_server import ApiServer


def test_defaults_are_those_of_a_pod() -> None:
    """The kubelet puts them there."""
    usual = ApiServer()

    assert usual.endpoint == "https://kubernetes.default.svc"
    assert usual.token_file == "/var/run/secrets/kubernetes.io/serviceaccount/token"  # noqa: S105 - a path
    assert usual.ca_file == "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt"
