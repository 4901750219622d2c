"""What the environment says."""

import traceback

import pytest

from webhook.core.environment import Environment, parse_environment
from webhook.core.identity import FixedToken, Identity, KeyFile, KeyText, Metadata
from webhook.core.secret import Secret
from webhook.errors import InvalidDocument

TOKEN = "t1.9euelZqOnJKexpWMl86Qxoqd.Abc-_123=="
PASSWORD = "sesame%40s"
KEY = '{"id": "ajekey", "service_account_id": "aje1", "private_key": "-----BEGIN PRIVATE KEY-----"}'


def told(**variables: str) -> str:
    """Return why *variables* are refused; nothing may show a secret."""
    with pytest.raises(InvalidDocument) as caught:
        parse_environment(variables)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert not any(secret in shown for secret in (TOKEN, PASSWORD))
    return str(caught.value)


def test_nothing_has_to_be_set() -> None:
    """Other variables are nobody's business, and an empty one is none."""
    assert parse_environment({}) == Environment()
    assert parse_environment({"HOME": "/", "YC_CLOUD_ID": "b1g"}) == Environment()
    assert parse_environment(dict.fromkeys(NAMES, "")) == Environment()


NAMES = (
    *("YC_TOKEN", "YC_SERVICE_ACCOUNT_KEY_FILE", "YC_ENDPOINT", "YC_METADATA_ADDR"),
    *("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"),
)


@pytest.mark.parametrize(
    ("variables", "identity"),
    [
        ({"YC_TOKEN": TOKEN}, FixedToken(Secret(TOKEN))),
        ({"YC_SERVICE_ACCOUNT_KEY_FILE": "/keys/key.json"}, KeyFile("/keys/key.json")),
        ({"YC_SERVICE_ACCOUNT_KEY_FILE": KEY}, KeyText(Secret(KEY))),
        ({"YC_SERVICE_ACCOUNT_KEY_FILE": f"\n  {KEY}"}, KeyText(Secret(f"\n  {KEY}"))),
        ({"YC_METADATA_ADDR": "10.0.0.1"}, Metadata("http://10.0.0.1")),
        ({"YC_METADATA_ADDR": "10.0.0.1", "YC_TOKEN": TOKEN}, FixedToken(Secret(TOKEN))),
        ({"YC_METADATA_ADDR": "10.0.0.1", "YC_SERVICE_ACCOUNT_KEY_FILE": "k"}, KeyFile("k")),
        ({"YC_TOKEN": "", "YC_SERVICE_ACCOUNT_KEY_FILE": "k"}, KeyFile("k")),
    ],
)
def test_an_identity_is_found_in_the_environment(variables: dict[str, str], identity: Identity) -> None:
    """A token, a key as a file or as its very text, or the metadata service where nothing else is named."""
    assert parse_environment(variables).identity == identity


def test_token_and_key_contradict_each_other() -> None:
    """The gate does not guess which was meant."""
    assert told(YC_TOKEN=TOKEN, YC_SERVICE_ACCOUNT_KEY_FILE="k") == (
        "YC_SERVICE_ACCOUNT_KEY_FILE and YC_TOKEN are both set; unset one of them"
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{TOKEN}\r\nX-Evil: 1", id="line end"),
        pytest.param(f"{TOKEN} {TOKEN}", id="blank"),
        pytest.param(f"{TOKEN}\x00", id="NUL"),
        pytest.param(f"{TOKEN}é", id="not ASCII"),
        pytest.param(f"{TOKEN}\udcff", id="not UTF-8"),
        pytest.param(TOKEN + "x" * 9000, id="too long"),
    ],
)
def test_a_token_that_is_none_is_refused(text: str) -> None:
    """What could end a header and begin another, without being shown."""
    assert told(YC_TOKEN=text) == "YC_TOKEN: must hold one IAM token of printable characters"


@pytest.mark.parametrize("prefix", ["y0_", "y1_", "y3_"])
def test_an_oauth_token_is_no_iam_token(prefix: str) -> None:
    """Who set the one for the other is told how to get the right one, and it is not sent anywhere."""
    message = told(YC_TOKEN=f"{prefix}{TOKEN}")

    assert message == "YC_TOKEN: holds an OAuth token; it must hold an IAM token: yc iam create-token"


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("api.cloud.yandex.net", "https://api.cloud.yandex.net"),
        ("api.yandexcloud.kz:443", "https://api.yandexcloud.kz:443"),
        ("https://api.yandexcloud.kz", "https://api.yandexcloud.kz"),
        ("http://127.0.0.1:1", "http://127.0.0.1:1"),
    ],
)
def test_the_endpoint_may_lack_a_scheme(written: str, url: str) -> None:
    """As other programs write it: a host and perhaps a port, over https."""
    assert parse_environment({"YC_ENDPOINT": written}).endpoint == url


@pytest.mark.parametrize(
    ("written", "url"), [("10.0.0.1:80", "http://10.0.0.1:80"), ("http://metadata", "http://metadata")]
)
def test_the_metadata_service_may_lack_a_scheme(written: str, url: str) -> None:
    """It speaks plain http."""
    assert parse_environment({"YC_METADATA_ADDR": written}).metadata_endpoint == url


def proxies(**variables: str) -> dict[str, str]:
    """Return the proxies that *variables* name."""
    return {scheme: value.reveal() for scheme, value in parse_environment(variables).proxies.items()}


def test_proxies_are_found_by_scheme() -> None:
    """In capitals or small letters; the small ones count where both are set, unless they are empty."""
    assert proxies(HTTPS_PROXY="http://p:1", HTTP_PROXY="http://p:2", NO_PROXY="a,.b") == {
        "https": "http://p:1",
        "http": "http://p:2",
        "no": "a,.b",
    }
    assert proxies(https_proxy="http://small:1", HTTPS_PROXY="http://large:1") == {"https": "http://small:1"}
    assert proxies(https_proxy="", HTTPS_PROXY="http://large:1") == {"https": "http://large:1"}
    assert proxies(no_proxy="small", NO_PROXY="large") == {"no": "small"}
    assert proxies(ALL_PROXY="socks5://p:1") == {}


@pytest.mark.parametrize(
    "url",
    ["p", "p:3128", "http://p", "https://p:443/", "http://u@p:1", f"http://u:{PASSWORD}@p:1", "http://[::1]:3128"],
)
def test_a_proxy_is_a_url_with_or_without_much(url: str) -> None:
    """Scheme, user, password and port may be left out."""
    assert proxies(HTTPS_PROXY=url) == {"https": url}


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"])
@pytest.mark.parametrize(
    "url",
    [
        "socks5://p:1080",
        f"http://u:{PASSWORD}@",
        f"http://u:{PASSWORD}@a@p:1",
        f"http://u:{PASSWORD} x@p:1",
        f"http://u:{PASSWORD}/x@p:1",
        "http://p:port",
        "http://p:123456",
        "http://p/path",
        "http://p:1\n",
        "http://p:1\r\nX-Evil: 1",
        "http://",
        " ",
    ],
)
def test_a_proxy_that_is_none_is_refused(name: str, url: str) -> None:
    """The variable is named, and its password not shown."""
    assert told(**{name: url}) == (f"{name.upper()}: must be the URL of a proxy, such as http://proxy.example:3128")


def test_the_environment_shows_no_secret() -> None:
    """Neither token nor the password of a proxy, however it is printed."""
    environment = parse_environment({"YC_TOKEN": TOKEN, "HTTPS_PROXY": f"http://u:{PASSWORD}@p:1"})

    assert TOKEN not in f"{environment} {environment!r}"
    assert PASSWORD not in f"{environment} {environment!r}"
