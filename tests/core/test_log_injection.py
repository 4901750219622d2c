"""Hostile texts, all the way from a request to the log and the answer."""

from typing import Any

import msgspec
import pytest

from tests.builders import NOW, PINNED, body, parsed, review
from tests.core.hostile import HOSTILE, SURROGATES, brief
from tests.fakes import DEADLINE, FakeRegistry, gate
from webhook.core.lookup import ANNOTATION_PREFIX
from webhook.core.policy import Mode, Rule
from webhook.core.printable import shorten
from webhook.core.reasons import Exempt, Fault
from webhook.core.records import MAX_TEXT, render_line, render_record
from webhook.core.response import render_review, render_status
from webhook.core.review import Review
from webhook.errors import InvalidReview

WRITABLE = [text for text in HOSTILE if not set(text) & set(SURROGATES)]


def hostile_review(text: str) -> dict[str, Any]:
    """Return a review of a pod that says *text* wherever a stranger may say something."""
    containers = [{"name": text, "image": text}, {"name": "app", "image": PINNED}, {"name": text, "image": PINNED}]
    spec = {
        "containers": containers,
        "volumes": [{"name": text, "image": {"reference": text}}],
        text: {"image": text},
    }
    annotations = {f"{ANNOTATION_PREFIX}{text}": text, f"{ANNOTATION_PREFIX}app": text}
    metadata = {"name": text, "generateName": text, "annotations": annotations}
    user, subresource = {"username": text}, f"x{text}"
    return review(
        {"metadata": metadata, "spec": spec}, name=text, namespace=text, userInfo=user, subResource=subresource
    )


def judged(text: str, rule: Rule) -> tuple[Review, dict[str, Any], bytes]:
    """Return review, answer and log line of a pod that says *text* everywhere."""
    asked = parsed(hostile_review(text))
    assert not isinstance(asked.task, Exempt)
    verdict = gate(FakeRegistry(), rule).decide(asked.task.workload, asked.task.images, DEADLINE)
    record = render_record(asked, verdict, at=NOW, seconds=0.1)
    return asked, render_review(asked, verdict)["response"], render_line(record)


def plain(text: str) -> bool:
    """Tell whether a text can be shown on any terminal."""
    return text.isascii() and text.isprintable()


def test_there_are_enough_hostile_texts() -> None:
    """Control characters, escapes, directions, look-alikes, injections, endless ones."""
    assert len(HOSTILE) >= 500


@pytest.mark.parametrize("text", WRITABLE, ids=brief)
def test_record_is_one_line_that_says_the_truth(text: str) -> None:
    """One line of printable ASCII, valid JSON, in which the text is what it was and nothing else changed."""
    asked, _, line = judged(text, Rule(name="default"))
    record = msgspec.json.decode(line)

    assert set(line[:-1]) <= set(range(0x20, 0x7F))
    assert line[-1:] == b"\n"
    assert (record["decision"], record["allowed"]) == ("deny", False)
    for field in ("name", "namespace", "user"):
        assert record["request"][field] == shorten(text, MAX_TEXT)
    assert shorten(text, MAX_TEXT) in [one["reference"] for one in record["images"]]
    assert asked.request.uid == record["request"]["uid"]


@pytest.mark.parametrize("text", WRITABLE, ids=brief)
def test_answer_is_printable(text: str) -> None:
    """Only the newlines between the lines of the denial are left; warnings and annotations have none."""
    _, denied, _ = judged(text, Rule(name="default"))
    _, warned, _ = judged(text, Rule(name="default", mode=Mode.WARN))

    lines = denied["status"]["message"].split("\n")
    causes = [value for cause in denied["status"]["details"]["causes"] for value in cause.values()]
    assert all(map(plain, [*lines, *causes, *warned["warnings"]]))
    assert all(map(plain, [denied["status"]["details"]["name"], *denied["auditAnnotations"].values()]))
    # A line for each refused image and one above them: no text has made another.
    assert len(lines) == 1 + len(denied["status"]["details"]["causes"])


@pytest.mark.parametrize("text", SURROGATES, ids=brief)
def test_half_a_character_is_no_review(text: str) -> None:
    """JSON can write what UTF-8 cannot; such a review is refused, and that is recorded in one line."""
    escaped = body(hostile_review("HALF")).replace(b"HALF", ascii(text).strip("'").encode())

    with pytest.raises(InvalidReview) as caught:
        parsed(escaped)

    assert plain(str(caught.value))


@pytest.mark.parametrize("text", HOSTILE, ids=brief)
def test_fault_is_one_line_too(text: str) -> None:
    """What went wrong is recorded and answered in printable ASCII, whatever it is about."""
    line = render_line(render_record(None, Fault.INVALID_REVIEW, at=NOW, seconds=0.0, message=text))
    status = render_line(render_status(400, "BadRequest", text))

    for written in (line, status):
        assert written.count(b"\n") == 1
        assert plain(msgspec.json.decode(written)["message"])


@pytest.mark.parametrize("text", HOSTILE, ids=brief)
def test_any_text_in_a_record_stays_within_its_line(text: str) -> None:
    """Should a text ever come into a record unescaped, it cannot end the line or hide a part of it."""
    line = render_line({text: [text, {"x": text}]})

    assert line[-1:] == b"\n"
    assert set(line[:-1]) <= set(range(0x20, 0x7F))
