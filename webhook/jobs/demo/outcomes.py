"""What came of an example: the answer of the gate, and its audit record of it."""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from webhook.errors import ScangateError
from webhook.jobs.demo.examples import Example


class _Status(msgspec.Struct, frozen=True):
    reason: str = ""
    message: str = ""


class Answer(msgspec.Struct, frozen=True):
    """The part of an AdmissionReview's response that matters to the person who asked."""

    uid: str
    allowed: bool
    status: _Status = _Status()


class _Review(msgspec.Struct, frozen=True):
    response: Answer


class Platform(msgspec.Struct, frozen=True):
    """What an audit record says of one platform of an image index."""

    platform: str
    digest: str
    counts: dict[str, int] | None = None


class JudgedImage(msgspec.Struct, frozen=True):
    """What an audit record says of one image."""

    containers: tuple[str, ...]
    reference: str
    limits: dict[str, int | str]
    decision: str
    reason: str
    scan_id: str | None = msgspec.field(name="scanResultId", default=None)
    counts: dict[str, int] | None = None
    platforms: tuple[Platform, ...] = ()


class _Request(msgspec.Struct, frozen=True):
    uid: str


class Record(msgspec.Struct, frozen=True):
    """An audit record of a request that could be read."""

    allowed: bool
    reason: str
    images: tuple[JudgedImage, ...]
    request: _Request


@dataclass(frozen=True, slots=True)
class Outcome:
    """An example with what came of it."""

    example: Example
    answer: Answer
    record: Record

    @property
    def decision(self) -> str:
        """What happened, as an example writes what it expects: `deny over-limits`."""
        return f"{'allow' if self.answer.allowed else 'deny'} {self.record.reason}"

    @property
    def right(self) -> bool:
        """Whether answer and record agree with each other and with the example."""
        return self.decision == self.example.expected and self.answer.allowed == self.record.allowed


def parse_answer(status: int, body: bytes, example: Example) -> Answer:
    """Return the gate's answer about *example*.

    Raises:
        ScangateError: it is not an answer to that question.
    """
    try:
        answer = msgspec.json.decode(body, type=_Review).response
    except msgspec.DecodeError as error:
        raise ScangateError(f"{example.source}: the gate answered {status} without a review") from error
    if status != 200 or answer.uid != example.uid:
        raise ScangateError(f"{example.source}: the gate answered {status} about something else")
    return answer


def join(answers: Iterable[tuple[Example, Answer]], audit: Iterable[str]) -> tuple[Outcome, ...]:
    """Put each answer together with the record of the same review among the lines of the *audit* log.

    Raises:
        ScangateError: the gate left a request without its record.
    """
    records = {record.request.uid: record for record in map(_record, audit)}
    try:
        return tuple(Outcome(example, answer, records[answer.uid]) for example, answer in answers)
    except KeyError as error:
        raise ScangateError(f"the audit log has no record of the review {error}") from error


def _record(line: str) -> Record:
    try:
        return msgspec.json.decode(line, type=Record)
    except msgspec.DecodeError as error:
        raise ScangateError(f"not an audit record of a review: {error}") from error
