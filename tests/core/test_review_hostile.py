"""Reviews that nobody honest sends: each is understood or refused, and nothing else happens."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import PINNED, body, parsed, pod, review, texts_in, update
from webhook.core.workloads import BUILT_IN, Kind
from webhook.errors import InvalidReview

DEPLOYMENT = Kind("apps", "Deployment")
GOOD = body(review(pod(PINNED)))
BODIES = [
    GOOD,
    body(update(pod(PINNED, future={"image": "x"}), pod("nginx"))),
    body(review({"spec": {"template": pod(PINNED)}}, kind=DEPLOYMENT)),
]

DEPTHS = [*range(880, 1010), 5_000, 300_000]
"""Around the depth at which following ends, and far beyond."""


@pytest.mark.parametrize("sent", [b"", b" ", b"\0", b"null", b"{}", b"[]", b'""', b"1", b"true", b"\xff\xfe{\0}\0"])
def test_body_without_a_review_is_refused(sent: bytes) -> None:
    """Nothing, no object, and another encoding are no review."""
    with pytest.raises(InvalidReview):
        parsed(sent)


@pytest.mark.parametrize("length", [*range(0, len(GOOD), 7), len(GOOD) - 1])
def test_part_of_a_review_is_refused(length: int) -> None:
    """A review that was cut off is never taken for a whole one."""
    with pytest.raises(InvalidReview):
        parsed(GOOD[:length])


@pytest.mark.parametrize("more", [b"{}", b"x", b"]", b",", b"\0", GOOD])
def test_more_than_a_review_is_refused(more: bytes) -> None:
    """What follows a review is not left unread."""
    with pytest.raises(InvalidReview):
        parsed(GOOD + more)


def test_white_space_and_other_escapes_are_the_same_review() -> None:
    """However JSON is written, the same images come out of it."""
    document = review(pod("nginx"))
    escaped = json.dumps(document).replace('"image"', r'"im\u0061ge"').replace("nginx", r"\u006eginx")

    assert texts_in(json.dumps(document, indent=3).encode()) == ["nginx"]
    assert texts_in(escaped.encode()) == ["nginx"]


@pytest.mark.parametrize("around", ["%s", '{"request":%s}', '{"apiVersion":%s}', '{"x":%s}'])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ("[", ""), ('{"a":', "")])
def test_deep_json_is_refused(around: str, opening: str, closing: str) -> None:
    """Three hundred thousand brackets are a bad request, not a crash."""
    with pytest.raises(InvalidReview):
        parsed((around % (opening * 300_000 + "1" + closing * 300_000)).encode())


@pytest.mark.parametrize("kind", [Kind("", "Pod"), DEPLOYMENT, Kind("batch", "CronJob")], ids=str)
@pytest.mark.parametrize("field", ["object", "oldObject"])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"image":', b"}")])
def test_deep_objects_are_judged_or_refused(kind: Kind, field: str, opening: bytes, closing: bytes) -> None:
    """At every depth at which one of the readers gives up, the review is judged by its images or refused."""
    objects: dict[str, Any] = {"object": pod("nginx", x="object"), "oldObject": pod("old", x="oldObject")}
    for key in reversed(BUILT_IN[kind]):
        objects = {name: {key: inner} for name, inner in objects.items()}
    sent = body(update(objects["object"], objects["oldObject"], kind=kind))

    for depth in DEPTHS:
        deep = opening * depth + b'"y"' + closing * depth
        with suppress(InvalidReview):
            assert "nginx" in texts_in(sent.replace(b'"x":"%s"' % field.encode(), b'"x":' + deep))


@settings(max_examples=300)
@given(st.binary(max_size=60))
def test_any_bytes_are_refused_and_nothing_else(sent: bytes) -> None:
    """No bytes by chance make a review, and none make anything but a refusal."""
    with pytest.raises(InvalidReview) as caught:
        parsed(sent)

    assert str(caught.value).isascii()
    assert str(caught.value).isprintable()


@settings(max_examples=400)
@given(st.sampled_from(BODIES), st.data())
def test_spoilt_review_is_judged_or_refused(sent: bytes, data: st.DataObject) -> None:
    """A few bytes that are replaced, left out or put in anywhere lead to a review or a refusal."""
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(sent) - 1))
        sent = sent[:at] + data.draw(st.binary(max_size=2)) + sent[at + data.draw(st.integers(0, 2)) :]

    with suppress(InvalidReview):
        parsed(sent)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["nginx", PINNED, "UPDATE"]),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["spec", "template", "containers", "volumes", "image", "reference", "metadata", "annotations"]
            )
            | st.sampled_from(["name", "initContainers", "ephemeralContainers", "deletionTimestamp", "x"]),
            children,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=400)
@given(new=VALUES, old=VALUES, kind=st.sampled_from(list(BUILT_IN)), operation=st.sampled_from(["CREATE", "UPDATE"]))
def test_any_object_is_judged_or_refused(new: Any, old: Any, kind: Kind, operation: str) -> None:
    """Whatever the objects of a request are, there is a review or a refusal."""
    with suppress(InvalidReview):
        parsed(review(new, old=old, kind=kind, operation=operation))


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from([*review(None)["request"], "dryRun", "subResource"]), VALUES))
def test_any_request_is_understood_or_refused(fields: dict[str, Any]) -> None:
    """Whatever the fields of a request hold, there is a review or a refusal."""
    document = review(pod(PINNED))

    with suppress(InvalidReview):
        parsed(document | {"request": document["request"] | fields})
