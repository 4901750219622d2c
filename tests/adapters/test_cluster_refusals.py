"""Refusals of the Kubernetes API."""

import json

import pytest

from webhook.adapters.cluster_refusals import refusal
from webhook.errors import Absent, ClusterFailed, Conflict, Forbidden, Gone

SECRET = json.dumps({"message": "tls.key: c2VjcmV0 is wrong"})


@pytest.mark.parametrize(
    ("status", "kind"),
    [(404, Absent), (409, Conflict), (410, Gone), (403, Forbidden), (422, ClusterFailed), (None, ClusterFailed)],
)
def test_kinds(status: int | None, kind: type[ClusterFailed]) -> None:
    """Each refusal that somebody decides by is an exception of its own, and names what was wanted."""
    found = refusal("it", status, reason="why", body=None)
    assert type(found) is kind
    assert str(found).startswith("it: ")


def test_what_is_shown() -> None:
    """Which right is missing is said; what was to be written is not."""
    assert "may not" in str(refusal("it", 403, reason="", body='{"message": "you may not"}'))
    for status in (400, 409, 410, 422, 500, None):
        assert "c2VjcmV0" not in str(refusal("it", status, reason="why", body=SECRET))


@pytest.mark.parametrize("body", [None, "", "<html>", b"\xff", "[]", '{"message": 1}', 5])
def test_no_status(body: object) -> None:
    """An answer that is no Status is a refusal as well."""
    assert str(refusal("it", 403, reason="why", body=body)) == "it: HTTP 403: forbidden"


def test_list_that_cannot_be_read_on() -> None:
    """The token with which it would go on is kept, where there is one."""
    found = refusal("pods", 410, reason="Gone", body='{"metadata": {"continue": "next"}}')
    assert isinstance(found, Gone)
    assert found.following == "next"
    other = refusal("pods", 410, reason="Gone", body="{}")
    assert isinstance(other, Gone)
    assert other.following == ""
