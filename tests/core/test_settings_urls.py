"""Addresses in the settings and in the environment: where the gate may send a token."""

from typing import Any

import pytest

from tests.builders import DIGEST
from webhook.core.documents import Document
from webhook.core.environment import parse_environment
from webhook.core.settings import Settings, check_environment, check_url, parse_settings
from webhook.errors import InvalidDocument

FEDERATION = {"serviceAccountId": "aje1", "tokenFile": "t"}

PLACES: list[tuple[str, Any]] = [
    ("cloud.endpoint", lambda url: {"cloud": {"endpoint": url}}),
    ("cloud.iamEndpoint", lambda url: {"cloud": {"iamEndpoint": url}}),
    ("registry.endpoint", lambda url: {"registry": {"endpoint": url}}),
    ("registry.hosts.mirror.example", lambda url: {"registry": {"hosts": {"mirror.example": url}}}),
    ("identity.federation.endpoint", lambda url: {"identity": {"federation": FEDERATION | {"endpoint": url}}}),
]
"""Every field that names a place to which a token may go."""

METADATA = ("identity.metadata.endpoint", lambda url: {"identity": {"metadata": {"endpoint": url}}})

NO_URLS = [
    "",
    "registry.example",
    "HTTPS://registry.example",
    " https://registry.example",
    "https://registry.example\n",
    "https://",
    "https:///path",
    "ftp://registry.example",
    "file:///etc/passwd",
    "https://user:password@registry.example",
    "https://registry.example:port",
    "https://registry.example:123456",
    "https://registry.example?x=1",
    "https://registry.example/#x",
    "https://registry.example/%2e%2e",
    "https://r\u0435gistry.example",
    "https://registry.example\\@evil.example",
]


def settings(fields: dict[str, Any]) -> Settings:
    """Read settings that say the least they can, and *fields*."""
    least = {
        "apiVersion": "scangate.dev/v1",
        "kind": "GateConfiguration",
        "server": {"tls": {"certFile": "c", "keyFile": "k"}},
        "policyFile": "policy.yaml",
    }
    return parse_settings(Document("gate.yaml", least | fields, DIGEST))


def told(fields: dict[str, Any]) -> str:
    """Return what is said about settings that are wrong."""
    with pytest.raises(InvalidDocument) as caught:
        settings(fields)
    return str(caught.value)


@pytest.mark.parametrize(("field", "put"), [*PLACES, METADATA])
@pytest.mark.parametrize("url", NO_URLS)
def test_an_address_is_a_base_url(field: str, put: Any, url: str) -> None:
    """Scheme, host, perhaps port and path, and nothing in which a second host could hide; printably."""
    message = told(put(url))

    assert message.startswith(f"gate.yaml: {field}: must be a URL such as https://host:port, not '")
    assert message.isprintable()


@pytest.mark.parametrize(("field", "put"), PLACES)
def test_a_token_never_crosses_a_network_in_the_clear(field: str, put: Any) -> None:
    """Plain http has to be asked for, wherever a token may go: an emulator on the same machine has no certificate."""
    plain = put("http://127.0.0.1:1")
    allowed = plain | {"cloud": plain.get("cloud", {}) | {"allowHttp": True}}

    assert told(plain) == (
        f"gate.yaml: {field}: must start with https:// (or set cloud.allowHttp: true), not 'http://127.0.0.1:1'"
    )
    assert settings(allowed).cloud.allow_http


@pytest.mark.parametrize(("_field", "put"), [*PLACES, METADATA])
@pytest.mark.parametrize("url", ["https://a", "https://a.b-c.d:8443", "https://127.0.0.1/", "https://[::1]:1/a/b_c.d"])
def test_https_is_taken_everywhere(_field: str, put: Any, url: str) -> None:
    """By name or number, with or without port and path."""
    settings(put(url))


def test_the_metadata_service_speaks_plain_http() -> None:
    """It is reached over the node's own link, and gives a token rather than taking one."""
    metadata = settings(METADATA[1]("http://169.254.169.254")).identity.metadata

    assert metadata is not None
    assert metadata.endpoint == "http://169.254.169.254"


def checked(variables: dict[str, str], **cloud: Any) -> None:
    """Check *variables* as they are checked beside settings of that cloud."""
    check_environment(parse_environment(variables), settings({"cloud": cloud}))


@pytest.mark.parametrize(
    ("variables", "cloud"),
    [
        ({}, {}),
        ({"YC_ENDPOINT": "api.yandexcloud.kz"}, {}),
        ({"YC_ENDPOINT": "http://127.0.0.1:1"}, {"allowHttp": True}),
        ({"YC_METADATA_ADDR": "10.0.0.1:80"}, {}),
        ({"YC_METADATA_ADDR": "http://10.0.0.1"}, {}),
    ],
)
def test_right_addresses_of_the_environment(variables: dict[str, str], cloud: dict[str, Any]) -> None:
    """They obey the same rules as those of the file."""
    checked(variables, **cloud)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"YC_ENDPOINT": "http://127.0.0.1:1"}, "YC_ENDPOINT: must start with https:// (or set cloud.allowHttp: true)"),
        ({"YC_ENDPOINT": "api yandex"}, "YC_ENDPOINT: must be a URL such as https://host:port, not 'https://api yan"),
        ({"YC_ENDPOINT": "ftp://x"}, "YC_ENDPOINT: must be a URL"),
        ({"YC_METADATA_ADDR": "10.0.0.1/%0a"}, "YC_METADATA_ADDR: must be a URL"),
        ({"YC_METADATA_ADDR": "u:p@10.0.0.1"}, "YC_METADATA_ADDR: must be a URL"),
    ],
)
def test_wrong_addresses_of_the_environment(variables: dict[str, str], said: str) -> None:
    """The variable is named."""
    with pytest.raises(InvalidDocument) as caught:
        checked(variables)
    assert str(caught.value).startswith(said)


def test_a_url_is_shown_in_bounds() -> None:
    """Whatever stands there, a message stays a line."""
    with pytest.raises(InvalidDocument) as caught:
        check_url("x" * 10_000, "field", allow_http=True)
    assert len(str(caught.value)) < 200


def test_host_in_a_message_is_printable_and_none_hides_another() -> None:
    """Whatever stands in the file, however long, each host's URL is looked at by itself."""
    long = "h" * 100

    assert "registry.hosts.\\u001b[2J: must be a URL" in told({"registry": {"hosts": {"\x1b[2J": "x"}}})
    hosts = {f"{long}1": "http://a.example", f"{long}2": "https://a.example"}
    assert "must start with https://" in told({"registry": {"hosts": hosts}})
