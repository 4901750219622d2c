"""Pools: whom they trust, and which way a call goes."""

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.certificates import Authority
from webhook.adapters.pools import Pools, trusted, trusting
from webhook.core.secret import Secret
from webhook.errors import InvalidDocument

PASSWORD = "sesame-7f3a"


def test_the_systems_authorities_are_trusted_unless_others_are_named(tmp_path: Path) -> None:
    """A file stands in for those of the system; nothing older than TLS 1.2 is spoken with either."""
    file = tmp_path / "ca.crt"
    file.write_text(Authority().pem + Authority().pem)

    assert len(trusted(file).get_ca_certs()) == 2
    for context in (trusted(file), trusted(None)):
        assert context.minimum_version == ssl.TLSVersion.TLSv1_2
        assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


@pytest.mark.parametrize(
    ("write", "said"),
    [
        pytest.param(lambda file: None, "cannot be read: No such file", id="missing"),
        pytest.param(Path.mkdir, "cannot be read: Is a directory", id="folder"),
        pytest.param(lambda file: file.write_text(""), "is no PEM file of certificates: ", id="empty"),
        pytest.param(lambda file: file.write_bytes(b"\xff\x00"), "is no PEM file of certificates: ", id="not text"),
        pytest.param(
            lambda file: file.write_text("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"),
            "is no PEM file of certificates: ",
            id="cut off",
        ),
        pytest.param(
            lambda file: file.write_bytes(Authority().issue().key), "is no PEM file of certificates: ", id="a key"
        ),
    ],
)
def test_a_file_without_authorities_is_refused(tmp_path: Path, write: Callable[[Path], object], said: str) -> None:
    """The gate does not begin with nobody to trust, and the file is named."""
    file = tmp_path / "ca.crt"
    write(file)

    with pytest.raises(InvalidDocument) as caught:
        trusted(file)

    assert str(caught.value).startswith(f"{file}: {said}")
    assert not str(caught.value).endswith("None")


@pytest.mark.parametrize("text", ["", "PEM", "\xff", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"])
def test_a_bundle_without_authorities_is_refused(text: str) -> None:
    """Nobody is trusted for want of somebody."""
    with pytest.raises(InvalidDocument, match="caBundle: is no PEM of certificates"):
        trusting(text)


def test_a_bundle_stands_for_itself_alone() -> None:
    """Its authorities are trusted, and none of the system's."""
    context = trusting(Authority().pem)

    assert len(context.get_ca_certs()) == 1
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert not context.hostname_checks_common_name


def pools(**proxies: str) -> Pools:
    """Return pools with proxies by scheme, and those to be passed by under `no`."""
    values = {scheme: Secret(url) for scheme, url in proxies.items()}
    return Pools(connections=1, context=trusted(None), proxies=values)


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("https://registry.example/x", "secure.example:3128"),
        ("http://registry.example/x", "plain.example:80"),
        ("https://other.example", "secure.example:3128"),
        ("https://direct.example/x", None),
        ("https://DIRECT.example:8443/x", None),
        ("https://below.direct.example", None),
        ("https://indirect.example", "secure.example:3128"),
        ("https://a.dotted.example", None),
        ("https://only.example:8443", None),
        ("https://only.example", "secure.example:3128"),
        ("http://127.0.0.1:1", None),
        ("http://[::1]:1", None),
    ],
)
def test_each_url_has_its_way(url: str, proxy: str | None) -> None:
    """By scheme, and past the hosts that are listed, by their name or that of a domain above them."""
    listed = "direct.example, .dotted.example,only.example:8443,127.0.0.1,[::1]"
    named = pools(https=f"http://user:{PASSWORD}@secure.example:3128", http="plain.example", no=listed)

    assert named.proxy_of(url) == proxy
    assert named.of(url) is named.of(url)


def test_a_star_means_every_host() -> None:
    """Whoever wants no proxy at all may say so."""
    assert pools(https="http://p:1", no="*").proxy_of("https://registry.example") is None


def test_a_scheme_without_a_proxy_is_reached_without_one() -> None:
    """A proxy for one scheme is none for the other."""
    assert pools(http="http://p:1").proxy_of("https://registry.example") is None
    assert pools().proxy_of("http://registry.example") is None


def test_the_password_of_a_proxy_shows_nowhere() -> None:
    """Neither the pools nor what they choose show it."""
    named = pools(https=f"http://user:{PASSWORD}@p:1")
    chosen = named.of("https://registry.example")

    assert PASSWORD not in f"{named!r} {chosen!r} {named.proxy_of('https://registry.example')} {chosen.proxy}"
