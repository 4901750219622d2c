"""GateConfigurations: read strictly, and nothing in them sends a token in the clear."""

from typing import Any
from urllib.parse import urlsplit

from fuzz.choices import Choices
from fuzz.files import document_of, shown
from tests.builders import DIGEST
from webhook.core.documents import Document
from webhook.core.identity import chosen
from webhook.core.images import YANDEX_REGISTRY_ALIASES
from webhook.core.settings import Settings, parse_settings
from webhook.core.times import parse_duration
from webhook.core.workloads import BUILT_IN
from webhook.errors import InvalidDocument

LEAST: dict[str, Any] = {
    "apiVersion": "scangate.dev/v1",
    "kind": "GateConfiguration",
    "server": {"tls": {"certFile": "tls.crt", "keyFile": "tls.key"}},
    "policyFile": "policy.yaml",
}
FULL: dict[str, Any] = {
    **LEAST,
    "server": {**LEAST["server"], "host": "::", "port": 8443, "workers": 2, "threads": 96, "drain": "10s"},
    "table": "table/",
    "sources": ["annotation", "table", "registry"],
    "identity": {"federation": {"serviceAccountId": "aje1", "tokenFile": "token", "endpoint": "https://auth.yandex"}},
    "cloud": {"endpoint": "https://api.cloud.yandex.net", "iamEndpoint": "http://localhost:1/a", "allowHttp": True},
    "registry": {
        "endpoint": "https://container-registry.api.cloud.yandex.net",
        "hosts": {"cr.yandex": "https://cr.yandex"},
        "platforms": ["linux/amd64", "linux/arm/v7"],
        "concurrency": 32,
        "remembered": 50000,
    },
    "apiServer": {"endpoint": "https://kubernetes.default.svc"},
    "registryAliases": {"mirror.example": "cr.yandex"},
    "podTemplates": [{"group": "argoproj.io", "kind": "Rollout", "path": "spec.template"}],
    "reviewTimeout": "10s",
    "selfCheck": {"webhook": "scangate"},
    "logLevel": "info",
}
WORDS = (
    *("identity", "metadata", "keyFile", "tokenFile", "cloud", "allowHttp", "registry", "endpoint", "hosts", "tls"),
    *("http://evil.example", "https://a:99999", "https://a@b", "https://a?b", "https://", "ftp://a", "https://a#b"),
    *(
        "https://a\n",
        "10s",
        "1h\n",
        "linux/amd64\n",
        "0s",
        "99999999h",
        "Pod",
        "spec.",
        "debug",
        {"endpoint": "http://a"},
    ),
)
GUARDED = ("endpoint", "iamEndpoint")


def check(data: bytes) -> None:
    """Read *data* as a file, or as changes to one."""
    document = document_of(data)
    if document is None:
        choices = Choices(data)
        document = Document("gate.yaml", choices.spoiled(choices.pick((FULL, LEAST)), WORDS), DIGEST)
    check_document(document)


def check_document(document: Document) -> None:
    """A document is a configuration or refused; what it is good for is held to what is written."""
    try:
        settings = parse_settings(document)
    except InvalidDocument as error:
        shown(error, document)
        return
    check_urls(settings)
    check_bounds(settings)
    chosen(settings.identity, document.source)
    assert BUILT_IN.items() <= settings.kinds.items(), "a kind that is not judged any more"
    assert settings.aliases.keys() >= YANDEX_REGISTRY_ALIASES.keys()


def check_urls(settings: Settings) -> None:
    """Every URL that may be asked with a token has a host and nothing odd; it is https if it must be."""
    identity = settings.identity.federation
    urls = [settings.cloud.endpoint, settings.cloud.iam_endpoint, settings.registry.endpoint]
    urls += [*settings.registry.hosts.values(), None if identity is None else identity.endpoint]
    urls += [None if settings.api_server is None else settings.api_server.endpoint]
    for url in filter(None, urls):
        parts = urlsplit(url)
        assert parts.scheme == "https" or (settings.cloud.allow_http and parts.scheme == "http"), "a token in the clear"
        assert parts.hostname and not (parts.username or parts.query or parts.fragment), "a URL of another kind"
        assert url.isascii() and url.isprintable() and " " not in url, "a URL that breaks a request"


def check_bounds(settings: Settings) -> None:
    """Numbers are within their bounds, and durations are durations."""
    server = settings.server
    assert 0 <= server.port <= 65535 and 0 <= server.probe_port <= 65535
    assert 1 <= server.workers <= 64 and 2 <= server.threads <= 1024
    assert parse_duration(server.drain) >= 0 and parse_duration(settings.review_timeout) >= 0
    assert settings.sources, "nowhere to look"
    assert all(platform.isprintable() and platform.count("/") in (1, 2) for platform in settings.registry.platforms)
