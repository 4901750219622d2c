"""Where the services of an installation are."""

from typing import Any

import pytest

from webhook.core.endpoints import parse_endpoint
from webhook.errors import Unreadable

API = "https://api.cloud.yandex.net"


def endpoint(address: Any, api: str = API) -> str:
    """Return the base URL of a service at *address*."""
    return parse_endpoint({"id": "iam", "address": address}, api)


@pytest.mark.parametrize(
    ("api", "address", "url"),
    [
        (API, "iam.api.cloud.yandex.net:443", "https://iam.api.cloud.yandex.net"),
        (API, "iam.api.cloud.yandex.net:8443", "https://iam.api.cloud.yandex.net:8443"),
        (API, "api.cloud.yandex.net:443", "https://api.cloud.yandex.net"),
        (API, "a.b.api.cloud.yandex.net:443", "https://a.b.api.cloud.yandex.net"),
        (API, "IAM.API.Cloud.Yandex.Net:443", "https://iam.api.cloud.yandex.net"),
        ("https://API.Cloud.Yandex.Net:443/", "iam.api.cloud.yandex.net:443", "https://iam.api.cloud.yandex.net"),
        ("https://api.yandexcloud.kz/v1/x", "iam.api.yandexcloud.kz:443", "https://iam.api.yandexcloud.kz"),
        ("http://127.0.0.1:8081", "127.0.0.1:8081", "http://127.0.0.1:8081"),
        ("http://localhost", "localhost:80", "http://localhost"),
        ("http://[::1]:8081", "[::1]:8081", "http://[::1]:8081"),
        ("http://[::1]", "[::1]:443", "http://[::1]:443"),
    ],
)
def test_a_service_is_on_the_host_of_the_api_or_below_it(api: str, address: str, url: str) -> None:
    """It is spoken to by the same scheme; the port that the scheme implies is left out."""
    assert endpoint(address, api) == url


@pytest.mark.parametrize(
    "address",
    [
        "iam.example:443",
        "evilapi.cloud.yandex.net:443",
        "cloud.yandex.net:443",
        "api.cloud.yandex.net.evil.example:443",
        "127.0.0.1:443",
        "[::1]:443",
        "xapi-cloud-yandex-net:443",
    ],
)
def test_a_token_is_not_drawn_elsewhere(address: str) -> None:
    """An answer that names another host is refused, and says which."""
    host = address.removesuffix(":443")
    with pytest.raises(Unreadable) as caught:
        endpoint(address)
    assert str(caught.value) == f"{API} names {host} for a service, which is not below api.cloud.yandex.net"


@pytest.mark.parametrize("api", ["", "ftp://api.x", "api.x", "https://"])
def test_nothing_is_below_what_is_no_url(api: str) -> None:
    """Settings are checked before; this refuses all the same."""
    with pytest.raises(Unreadable, match="is not below"):
        endpoint("api.x:443", api)


@pytest.mark.parametrize(
    "address",
    [
        "iam.api.cloud.yandex.net",
        "https://iam.api.cloud.yandex.net:443",
        "iam.api.cloud.yandex.net:port",
        "iam.api.cloud.yandex.net:123456",
        "u:p@iam.api.cloud.yandex.net:443",
        "evil.example/.api.cloud.yandex.net:443",
        "evil.example#.api.cloud.yandex.net:443",
        "evil.example\\.api.cloud.yandex.net:443",
        "iam.api.cloud.yandex.net:443\n",
        "iam.api.cloud.yandex.net:443/x",
        "iaм.api.cloud.yandex.net:443",
        "",
        None,
        443,
        ["iam.api.cloud.yandex.net:443"],
        "x" * 1000,
    ],
)
def test_an_address_is_host_and_port(address: Any) -> None:
    """Anything else is refused, shown as a line of bounded length."""
    with pytest.raises(Unreadable, match="gave no host:port for a service") as caught:
        endpoint(address)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("document", [None, [], "iam.api.cloud.yandex.net:443", 7, {}, {"id": "iam"}])
def test_an_answer_of_another_shape_names_no_service(document: Any) -> None:
    """Whatever JSON it is."""
    with pytest.raises(Unreadable, match="gave no host:port"):
        parse_endpoint(document, API)
