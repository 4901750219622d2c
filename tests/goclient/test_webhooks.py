"""That the client calls as an API server does."""

import json
import time

import pytest

from tests.builders import PINNED, pod, review
from tests.goclient.connection import Reply
from tests.goclient.transport import Transport
from tests.goclient.webhooks import TRIES, AdmissionFailed, admit

REVIEW = review(pod(PINNED))


class Scripted(Transport):
    """Gives replies, the last one for ever, and notes what was sent."""

    def __init__(self, *replies: Reply) -> None:
        """Give *replies* one after the other."""
        self.sent: list[bytes] = []
        self._replies = list(replies)

    def send(self, request: bytes, end: float) -> Reply:
        """Give the next reply."""
        assert end > time.monotonic()
        self.sent.append(request)
        return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]


def judged(allowed: object, uid: str = REVIEW["request"]["uid"], message: str = "") -> Reply:
    """Return a verdict."""
    response = {"uid": uid, "allowed": allowed, "status": {"message": message}}
    document = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response}
    return Reply(200, {}, json.dumps(document).encode())


def test_verdicts() -> None:
    """An admission is an empty text, a denial its reason; the gate is told how much time there is."""
    transport = Scripted(judged(True), judged(False, message="no"))
    assert [admit(transport, REVIEW) for _ in range(2)] == ["", "no"]
    assert transport.sent[0].startswith(b"POST /validate?timeout=10s HTTP/1.1\r\n")
    assert transport.sent[0].endswith(json.dumps(REVIEW).encode())


def test_second_call() -> None:
    """Where the gate asks for it there is a second call, which has less time."""
    again = Reply(503, {"retry-after": "1"}, b"")
    transport = Scripted(again, judged(True))
    assert admit(transport, REVIEW) == ""
    assert [request.split()[1] for request in transport.sent] == [b"/validate?timeout=10s", b"/validate?timeout=9s"]


NOT_ANSWERS = (
    judged(True, uid="another"),
    judged("true"),
    Reply(200, {}, b"{}"),
    Reply(500, {}, b""),
    Reply(400, {"retry-after": "1"}, b""),
)


@pytest.mark.parametrize("reply", NOT_ANSWERS)
def test_no_verdict(reply: Reply) -> None:
    """Anything else is a failure, and not repeated."""
    transport = Scripted(reply)
    with pytest.raises(AdmissionFailed):
        admit(transport, REVIEW)
    assert len(transport.sent) == 1


@pytest.mark.parametrize(("after", "timeout", "calls"), [("1", 0.5, 1), ("0", 10, TRIES)])
def test_end_of_patience(after: str, timeout: float, calls: int) -> None:
    """There is no call for which there is no time, and no more than ten."""
    transport = Scripted(Reply(429, {"retry-after": after}, b""))
    with pytest.raises(AdmissionFailed, match="429"):
        admit(transport, REVIEW, timeout)
    assert len(transport.sent) == calls
