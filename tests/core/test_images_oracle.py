"""Image references, held against another implementation of the same grammar."""

import re

import pytest
from docker_image.digest import InvalidDigest
from docker_image.reference import InvalidReference as NoReference
from docker_image.reference import Reference
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.references import SHA256, SHA512, accepted, refused, stricter
from webhook.core.images import MAX_REFERENCE_CHARACTERS, YANDEX_REGISTRY_ALIASES, ImageReference, parse_reference
from webhook.errors import InvalidReference

HOSTS = ["cr.yandex", "CR.Yandex", "localhost", "a", "A", "a-b.c", "-a", "a..b", "[::1]", "[a", "docker.io", "1.2"]
PORTS = ["", "", ":443", ":5000", ":", ":x", ":99999", ":123456"]
PATHS = ["a", "a-b", "a--b", "a.b", "a_b", "a__b", "a___b", "a..b", "A", "-a", "a-", "", "0", "a" * 64, "library"]
TAGS = ["", "", ":v1", ":V_1.-", ":", ":-a", ":" + "t" * 128, ":" + "t" * 129, ":5000", ":a/b"]
DIGESTS = [
    "",
    "",
    f"@{SHA256}",
    f"@{SHA512}",
    f"@{SHA256[:-1]}",
    f"@{SHA256.upper()}",
    "@md5:aa",
    "@",
    "@sha384:" + "a" * 96,
]

REFERENCES = st.builds(
    "{}{}/{}{}{}".format,
    st.sampled_from(HOSTS),
    st.sampled_from(PORTS),
    st.lists(st.sampled_from(PATHS), min_size=1, max_size=4).map("/".join),
    st.sampled_from(TAGS),
    st.sampled_from(DIGESTS),
)
ODD = "aA0.-_:/@[]\n \0é٥"


@st.composite
def spoiled(draw: st.DrawFn) -> str:
    """Draw a reference in which a few characters are replaced, left out or put in."""
    text = draw(REFERENCES)
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(["", *ODD])) + text[at + draw(st.integers(0, 1)) :]
    return text


def told_by_the_oracle(text: str) -> ImageReference | None:
    """Return what the oracle makes of *text*, with its host as the gate writes hosts; None where it refuses."""
    try:
        read = Reference.parse_normalized_named(text)
    except (NoReference, InvalidDigest):
        return None
    domain, path = read.split_hostname()
    host = domain.lower().removesuffix(":443")
    if domain.lower() in {"docker.io", "index.docker.io"}:
        # The oracle knows Docker Hub in lower case only.
        host, path = "docker.io", path if "/" in path else f"library/{path}"
    return ImageReference(YANDEX_REGISTRY_ALIASES.get(host, host), path, read["tag"], read["digest"])


def told_by_the_gate(text: str) -> ImageReference | None:
    """Return what the gate makes of *text*; None where it refuses."""
    try:
        return parse_reference(text)
    except InvalidReference:
        return None


def knowingly_refused(text: str) -> bool:
    """Tell whether the gate refuses *text* on purpose although the oracle takes it."""
    long_port = re.search(r":[0-9]{6,}/", text) is not None
    on_the_node = re.fullmatch(r"sha(?:256|384|512):[^/@]*", text) is not None
    odd = "@sha384:" in text or long_port or on_the_node or text.endswith("\n")
    return odd or len(text) > MAX_REFERENCE_CHARACTERS


@settings(max_examples=1500)
@given(spoiled())
def test_both_agree_on_everything_that_resembles_a_reference(text: str) -> None:
    """Nothing is accepted that the oracle refuses, the parts are the same, and only the known cases are refused."""
    oracle, gate = told_by_the_oracle(text), told_by_the_gate(text)

    assert gate == oracle or (gate is None and knowingly_refused(text))


@settings(max_examples=500)
@given(st.text(alphabet=ODD, max_size=30) | st.text(max_size=30))
def test_both_agree_on_any_text(text: str) -> None:
    """The same holds for text that was not built to be a reference."""
    oracle, gate = told_by_the_oracle(text), told_by_the_gate(text)

    assert gate == oracle or (gate is None and knowingly_refused(text))


@pytest.mark.parametrize("text", [text for text, *_ in accepted()])
def test_oracle_takes_what_the_vectors_accept(text: str) -> None:
    """The vectors of accepted references are right by the oracle too, part by part."""
    assert told_by_the_oracle(text) == parse_reference(text)


@pytest.mark.parametrize("text", refused())
def test_oracle_refuses_what_the_vectors_refuse(text: str) -> None:
    """No vector is refused by the gate alone, without being listed as stricter."""
    assert told_by_the_oracle(text) is None


@pytest.mark.parametrize("text", stricter())
def test_oracle_takes_what_the_vectors_call_stricter(text: str) -> None:
    """What is listed as stricter is in the grammar: it is refused on purpose."""
    assert told_by_the_oracle(text) is not None
    assert knowingly_refused(text)
