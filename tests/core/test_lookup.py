"""Ids, and the hints that people give."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import PINNED, SCAN_ID, annotated_pod, images_in, pod, review
from tests.core.hostile import HOSTILE_IDS, SURROGATES, brief
from tests.fakes import DEADLINE, WORKLOAD, FakeRegistry, gate
from webhook.core.lookup import Hint, Source, annotated, parse_image_id, parse_scan_id
from webhook.core.reasons import Reason
from webhook.errors import InvalidId


@pytest.mark.parametrize("text", ["a", "0", "che5q40qtdg4hg9rn31v", "a" * 50, "z9" * 25, "v"])
def test_id_is_lower_case_letters_and_digits(text: str) -> None:
    """From one character to fifty, an id is taken as it is."""
    assert (parse_scan_id(text), parse_image_id(text)) == (text, text)


@pytest.mark.parametrize("text", HOSTILE_IDS, ids=brief)
def test_what_could_leave_a_url_is_no_id(text: str) -> None:
    """Nothing but letters and digits is ever an id, and the message is safe to show."""
    for parse in (parse_scan_id, parse_image_id):
        with pytest.raises(InvalidId) as caught:
            parse(text)
        assert str(caught.value).isascii()
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 150


@pytest.mark.parametrize("text", [text for text in HOSTILE_IDS if not set(text) & set(SURROGATES)], ids=brief)
def test_no_bad_id_reaches_the_registry(text: str) -> None:
    """A pod whose annotation is no id is refused, and the registry is not asked anything."""
    registry = FakeRegistry()
    images = images_in(review(annotated_pod(PINNED, text)))

    verdict = gate(registry).decide(WORKLOAD, images, DEADLINE)

    assert [finding.reason for finding in verdict.findings] == [Reason.INVALID_SCAN_ID]
    assert not verdict.allowed
    assert registry.calls == []


def test_there_are_enough_hostile_ids() -> None:
    """The list covers paths, queries, encodings, control characters, look-alikes and lengths."""
    assert len(set(HOSTILE_IDS)) >= 200


@given(st.text(max_size=60))
def test_only_the_alphabet_passes(text: str) -> None:
    """Of any text, exactly that of 1 to 50 characters of a-z and 0-9 is an id."""
    proper = 1 <= len(text) <= 50 and set(text) <= set("abcdefghijklmnopqrstuvwxyz0123456789")
    try:
        parse_scan_id(text)
    except InvalidId:
        assert not proper
    else:
        assert proper


def test_annotation_is_a_hint() -> None:
    """An annotation names a scan; where there is none there is no hint."""
    assert annotated(SCAN_ID) == Hint(Source.ANNOTATION, SCAN_ID)
    assert annotated(None) is None


def test_empty_annotation_is_no_id() -> None:
    """An annotation without a value is a mistake, not a missing one."""
    with pytest.raises(InvalidId):
        annotated("")


def test_sources_have_the_names_of_the_settings() -> None:
    """They stand in settings and audit records."""
    assert list(Source) == ["annotation", "table", "registry"]


def test_annotation_is_of_the_container_by_name() -> None:
    """Its key is part of what people write: `scan-result.scangate.dev/<container name>`."""
    named = pod(PINNED, annotations={"scan-result.scangate.dev/app": SCAN_ID, "scan-result.scangate.dev/other": "x"})

    assert [image.annotation for image in images_in(review(named))] == [SCAN_ID]
