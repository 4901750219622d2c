"""A WSGI application that does nothing: it reads the body, and says yes."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

YES = (
    b'{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview",'
    b'"response":{"uid":"705ab4f5-6393-4000-8000-000000000000","allowed":true}}'
)


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer, whatever was asked."""
    environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(YES)))])
    return [YES]
