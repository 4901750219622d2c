"""The Container Registry API over REST: its scanner and its images.

Source: yandex.cloud.containerregistry.v1, ScannerService and ImageService, with their HTTP bindings.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlencode

from webhook.adapters.http import Reply
from webhook.core.answers import parse_image, parse_image_page, parse_json, parse_scan, parse_scans
from webhook.core.deadline import Deadline
from webhook.core.evidence import RegistryImage, Scan, Status
from webhook.core.images import Digest
from webhook.core.lookup import ImageId, ScanId
from webhook.core.printable import printable
from webhook.errors import NotFound, Unauthorized, Unavailable, Unreadable

BASE_PATH = "/container-registry/v1"

PAGE_SIZE = 200
"""Images in a page: an image lists up to 127 layers, and a page must fit into what is read of an answer."""

MAX_PAGES = 50
"""10,000 images of one repository are looked through; a larger one needs the lookup table."""


class Http(Protocol):
    """Sends a request and returns the answer, whatever its status."""

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], deadline: Deadline, body: bytes | None = None
    ) -> Reply:
        """Raise `Unavailable` where no answer came."""
        ...


class Tokens(Protocol):
    """Gives IAM tokens."""

    def token(self, deadline: Deadline) -> str:
        """Return the token to use now. Raises a `LookupFailed` where there is none."""
        ...

    def renewed(self, stale: str, deadline: Deadline) -> str:
        """Return another token than *stale*, which was refused. Raises `Unauthorized` where there is none."""
        ...


Endpoint = Callable[[Deadline], str]
"""Gives the base URL of a service, `https://host[:port]`; raises a `LookupFailed` where it cannot be found out."""


class ContainerRegistry:
    """The registry's scanner and its images."""

    def __init__(self, *, endpoint: Endpoint, tokens: Tokens, http: Http) -> None:
        """Call the API at *endpoint*."""
        self._endpoint = endpoint
        self._tokens = tokens
        self._http = http

    def scan(self, scan_id: ScanId, deadline: Deadline) -> Scan:
        """Return a scan result (Scanner.Get).

        Raises:
            LookupFailed: one of its kinds, where there is no usable answer.
        """
        return parse_scan(self._get(f"/scans/{scan_id}", f"scan {scan_id}", deadline))

    def latest(self, image_id: ImageId, deadline: Deadline) -> Scan:
        """Return the newest finished scan of an image (Scanner.GetLast). Raises as `scan`."""
        return parse_scan(self._get(f"/images/{image_id}:lastScanResult", f"scan of image {image_id}", deadline))

    def start(self, image_id: ImageId, deadline: Deadline) -> None:
        """Ask for a scan of an image (Scanner.Scan), unless one is running. Raises as `scan`.

        Other processes and replicas of the gate meet the same image, and each scan costs money.
        """
        if self._is_being_scanned(image_id, deadline):
            return
        body = json.dumps({"imageId": image_id}).encode()
        self._call("POST", "/scans", f"image {image_id}", deadline, body)

    def _is_being_scanned(self, image_id: ImageId, deadline: Deadline) -> bool:
        """Tell whether a scan of an image is running (Scanner.List)."""
        query = urlencode({"imageId": image_id, "filter": f'status="{Status.RUNNING}"'})
        page = self._get(f"/scans?{query}", f"list of scans of image {image_id}", deadline)
        return any(scan.status == Status.RUNNING for scan in parse_scans(page))

    def image(self, image_id: ImageId, deadline: Deadline) -> RegistryImage:
        """Return an image (Image.Get). Raises as `scan`."""
        return parse_image(self._get(f"/images/{image_id}", f"image {image_id}", deadline))

    def find(self, repository: str, digest: Digest, deadline: Deadline) -> RegistryImage:
        """Return the image of *digest* in a repository (Image.List: it has no filter by digest).

        Raises:
            NotFound: the repository has no such image.
            LookupFailed: another of its kinds, where there is no usable answer.
        """
        token = ""
        for _ in range(MAX_PAGES):
            place = {"pageToken": token} if token else {}
            query = urlencode({"repositoryName": repository, "pageSize": PAGE_SIZE, **place})
            page = self._get(f"/images?{query}", f"repository {repository}", deadline)
            images, following = parse_image_page(page)
            for image in images:
                if image.digest == digest:
                    return image
            if not following:
                raise NotFound(f"the registry has no image {digest} in {repository}")
            if following == token:
                raise Unreadable("the registry gave the same page twice")
            token = following
        raise Unreadable(f"repository {repository} has more than {MAX_PAGES * PAGE_SIZE} images")

    def read(self, path: str, what: str, deadline: Deadline) -> Any:
        """Return the answer to a GET of *path*, for what is asked of the API elsewhere. Raises as `scan`."""
        return self._get(path, what, deadline)

    def _get(self, path: str, what: str, deadline: Deadline) -> Any:
        return parse_json(self._call("GET", path, what, deadline).body)

    def _call(self, method: str, path: str, what: str, deadline: Deadline, body: bytes | None = None) -> Reply:
        """Send a request; a token that has ended in the meantime is renewed and the request sent once more."""
        token = self._tokens.token(deadline)
        reply = self._send(method, path, token, deadline, body)
        if reply.status == 401:
            reply = self._send(method, path, self._tokens.renewed(token, deadline), deadline, body)
        _check(reply, what)
        return reply

    def _send(self, method: str, path: str, token: str, deadline: Deadline, body: bytes | None) -> Reply:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        url = self._endpoint(deadline) + BASE_PATH + path
        return self._http.send(method, url, headers=headers, deadline=deadline, body=body)


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
            raise Unavailable(f"the registry answered {status}: {said or '-'}", after=reply.retry_after)
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
