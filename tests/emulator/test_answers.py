"""How answers are written."""

import json

import pytest

from webhook.emulator.answers import integer, json_answer, message, oauth_refusal, oci_refusal, refusal, status_refusal
from webhook.emulator.status import Code, RefusedError


def test_json_is_indented_by_one_space_and_ends_with_a_newline() -> None:
    """The form of a recorded answer."""
    assert json_answer({"id": "x", "n": {"é": "1"}}).body.decode() == '{\n "id": "x",\n "n": {\n  "é": "1"\n }\n}\n'
    assert json_answer({}).body == b"{}\n"


def test_what_is_empty_is_left_out() -> None:
    """Unset fields, empty text and lists vanish; an empty message and False are printed."""
    assert message(a=None, b="", c=[], d=0, e={}, f=False, g="x") == {"e": {}, "f": False, "g": "x"}


def test_64_bit_integers_are_text() -> None:
    """A number is printed as text, and 0 is left out."""
    assert message(low=integer(2**40), high=integer(0)) == {"low": "1099511627776"}


def test_a_refusal_is_a_status_with_the_request_id() -> None:
    """Code of gRPC, message, RequestInfo; what is wrong with which field comes as BadRequest."""
    answer = refusal(RefusedError(Code.INVALID_ARGUMENT, "no", pageSize="too large"), "id-1")
    body = json.loads(answer.body)

    assert answer.status == 400
    assert (body["code"], body["message"]) == (3, "no")
    assert body["details"][0] == {"@type": "type.googleapis.com/google.rpc.RequestInfo", "requestId": "id-1"}
    assert body["details"][1]["fieldViolations"] == [{"field": "pageSize", "description": "too large"}]
    assert dict(answer.headers) == {"grpc-status": "3", "grpc-message": "no"}


def test_a_message_cannot_break_out_of_its_header() -> None:
    """What is not printable is percent-encoded in `grpc-message`."""
    answer = refusal(RefusedError(Code.NOT_FOUND, "a\r\nSet-Cookie: x%é"), "id-1")

    assert dict(answer.headers)["grpc-message"] == "a%0D%0ASet-Cookie: x%25%C3%A9"


def test_a_given_status_is_kept() -> None:
    """A refusal for an HTTP status has that status, also one that no code has."""
    assert status_refusal(503, "later", "id").status == 503
    assert status_refusal(418, "teapot", "id").status == 418


@pytest.mark.parametrize(
    ("code", "status", "word"),
    [
        (Code.UNAUTHENTICATED, 401, "UNAUTHORIZED"),
        (Code.PERMISSION_DENIED, 403, "DENIED"),
        (Code.NOT_FOUND, 404, "MANIFEST_UNKNOWN"),
        (Code.INTERNAL, 500, "UNKNOWN"),
    ],
)
def test_the_distribution_api_has_errors_of_its_own(code: Code, status: int, word: str) -> None:
    """A list of errors; a challenge only where credentials are missing."""
    answer = oci_refusal(RefusedError(code, "no"), 'Bearer realm="x"')

    assert answer.status == status
    assert json.loads(answer.body) == {"errors": [{"code": word, "message": "no"}]}
    assert ("WWW-Authenticate" in dict(answer.headers)) == (status == 401)


@pytest.mark.parametrize(
    ("code", "status", "word"),
    [(Code.INVALID_ARGUMENT, 400, "invalid_request"), (Code.UNAUTHENTICATED, 401, "invalid_grant")],
)
def test_the_token_service_has_errors_of_its_own(code: Code, status: int, word: str) -> None:
    """RFC 6749: a word and a description."""
    answer = oauth_refusal(RefusedError(code, "no"))

    assert (answer.status, json.loads(answer.body)) == (status, {"error": word, "error_description": "no"})
