"""From a tag, or from another registry's image, to the evidence."""

from typing import Any

import pytest

from tests.builders import (
    DIGEST,
    REPOSITORY,
    SCAN_ID,
    image,
    scan,
)
from tests.core.references import SHA512
from tests.fakes import FakeRegistry
from tests.situations import TAGGED, registry_with
from tests.test_inquiry import RESOLVE, ask, gap, usable
from webhook.core.lookup import Source
from webhook.core.reasons import Reason
from webhook.errors import NotFound, Unavailable


@pytest.mark.parametrize("text", [TAGGED, "nginx", "cr.yandex/crp1/a:sha256", "quay.io/a:1"])
@pytest.mark.parametrize("annotation", [None, SCAN_ID])
def test_image_without_a_digest_is_unpinned(text: str, annotation: str | None) -> None:
    """A tag and a short name say nothing about content: nothing is asked."""
    registry = registry_with(scan())

    assert gap(ask(registry, image(text, annotation))) is Reason.UNPINNED
    assert registry.calls == []


def test_tag_is_resolved_where_the_rule_says_so() -> None:
    """The digest that the tag names now is looked up like one that is written."""
    registry = registry_with(scan(), tags={"1.4.2": DIGEST})

    assert usable(ask(registry, image(TAGGED), RESOLVE)) == (SCAN_ID, Source.REGISTRY)
    assert registry.calls[0] == ("pin", REPOSITORY)


def test_tag_of_another_registry_is_not_resolved() -> None:
    """Only registries whose images the scanner knows are asked: no other hears of the cluster's pods."""
    registry = FakeRegistry(tags={"latest": DIGEST})

    assert gap(ask(registry, image("quay.io/shop/api"), RESOLVE)) is Reason.UNPINNED
    assert registry.calls == []


@pytest.mark.parametrize(("failure", "reason"), [(NotFound("x"), Reason.GONE), (Unavailable("x"), Reason.UNAVAILABLE)])
def test_tag_that_cannot_be_resolved_has_no_scan(failure: Any, reason: Reason) -> None:
    """What went wrong is told, and no source is asked for an unknown digest."""
    registry = FakeRegistry(tags={"1.4.2": failure})

    assert gap(ask(registry, image(TAGGED, SCAN_ID), RESOLVE)) is reason
    assert registry.calls == [("pin", REPOSITORY)]


def test_digest_of_another_registry_needs_a_name_for_its_scan() -> None:
    """The same content under another registry's name is the same image, but it is not searched for there."""
    registry, text = registry_with(scan()), f"quay.io/shop/api@{DIGEST}"

    assert gap(ask(registry, image(text))) is Reason.MISSING
    assert registry.calls == []
    assert usable(ask(registry, image(text, SCAN_ID))) == (SCAN_ID, Source.ANNOTATION)


def test_sha512_is_looked_up_as_it_is() -> None:
    """The registry is asked for the digest that is written, whatever its algorithm."""
    registry = registry_with(scan(), SHA512)

    assert usable(ask(registry, image(f"cr.yandex/{REPOSITORY}@{SHA512}"))) == (SCAN_ID, Source.REGISTRY)
