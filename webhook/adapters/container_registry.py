"""The Container Registry API over REST: Scanner.Get and Image.Get.

Source: yandex.cloud.containerregistry.v1, ScannerService and ImageService, with their HTTP bindings.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from webhook.adapters.http import Reply
from webhook.core.answers import parse_image, parse_json, parse_scan
from webhook.core.deadline import Deadline
from webhook.core.evidence import RegistryImage, Scan
from webhook.core.lookup import ImageId, ScanId
from webhook.core.printable import printable
from webhook.errors import NotFound, Unauthorized, Unavailable, Unreadable

BASE_PATH = "/container-registry/v1"


class Http(Protocol):
    """Sends a request and returns the answer, whatever its status."""

    def get(self, url: str, *, headers: Mapping[str, str], deadline: Deadline) -> Reply:
        """Raise `Unavailable` where no answer came."""
        ...


class ContainerRegistry:
    """The registry's scanner and its images."""

    def __init__(self, *, endpoint: str, token: Callable[[], str], http: Http) -> None:
        """Call the API at *endpoint* (`https://host[:port]`) with an IAM token that *token* returns."""
        self._base = endpoint.rstrip("/") + BASE_PATH
        self._token = token
        self._http = http

    def scan(self, scan_id: ScanId, deadline: Deadline) -> Scan:
        """Return a scan result (Scanner.Get).

        Raises:
            LookupFailed: one of its kinds, where there is no usable answer.
        """
        return parse_scan(self._get(f"/scans/{scan_id}", f"scan {scan_id}", deadline))

    def image(self, image_id: ImageId, deadline: Deadline) -> RegistryImage:
        """Return an image (Image.Get).

        Raises:
            LookupFailed: one of its kinds, where there is no usable answer.
        """
        return parse_image(self._get(f"/images/{image_id}", f"image {image_id}", deadline))

    def _get(self, path: str, what: str, deadline: Deadline) -> Any:
        headers = {"Authorization": f"Bearer {self._token()}"}
        reply = self._http.get(self._base + path, headers=headers, deadline=deadline)
        _check(reply, what)
        return parse_json(reply.body)


def _check(reply: Reply, what: str) -> None:
    """Turn every status but 200 into the failure that it means.

    A read of something that does not exist is answered with 404, and by some methods with 400. Only the
    API itself is believed in that: a proxy's error page does not make a scan gone.
    """
    said = _message(reply)
    match reply.status:
        case 200:
            return
        case 400 | 404 if said is not None:
            raise NotFound(f"the registry has no {what}: {said}")
        case 401 | 403:
            raise Unauthorized(f"the registry refused the gate's credentials with {reply.status}: {said or '-'}")
        case status if status in (408, 429) or status >= 500:
            raise Unavailable(f"the registry answered {status}: {said or '-'}")
        case status:
            raise Unreadable(f"something that is not the registry's API answered {status}")


def _message(reply: Reply) -> str | None:
    """Return what a `google.rpc.Status` says; None where the body is something else."""
    try:
        body = parse_json(reply.body)
    except Unreadable:
        return None
    message = body.get("message") if isinstance(body, dict) else None
    return printable(message, limit=200) if isinstance(message, str) else None
