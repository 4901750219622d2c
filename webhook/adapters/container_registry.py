"""The Container Registry API over REST: its scanner and its images.

Source: yandex.cloud.containerregistry.v1, ScannerService and ImageService, with their HTTP bindings.
"""

import json
from collections.abc import Iterator
from typing import Any, TypeVar
from urllib.parse import urlencode

from webhook.adapters.listing import Listing
from webhook.adapters.registry_calls import Calls, Endpoint, Http, Tokens
from webhook.core.answer_pages import finished, parse_image_page, parse_scan_page, parse_vulnerability_page
from webhook.core.answers import parse_image, parse_scan
from webhook.core.deadline import Deadline
from webhook.core.evidence import RegistryImage, Scan, Status, Vulnerability
from webhook.core.images import Digest
from webhook.core.lookup import ImageId, ScanId
from webhook.errors import NotFound

PAGE_SIZE = 200
"""Images in a page: an image lists up to 127 layers, and a page must fit into what is read of an answer."""

MAX_PAGES = 50
"""10,000 images of one repository are looked through; a larger one needs the lookup table."""

MAX_VULNERABILITIES = 20_000
"""Of one scan. A large image has 2,000; of one with more, the scan's own counters decide."""

MAX_SCANS = 1000
"""Of one image. The registry keeps the three newest that succeeded."""

Item = TypeVar("Item")


class ContainerRegistry:
    """The registry's scanner and its images."""

    def __init__(self, *, endpoint: Endpoint, tokens: Tokens, http: Http) -> None:
        """Call the API at *endpoint*."""
        self._calls = Calls(endpoint=endpoint, tokens=tokens, http=http)

    def scan(self, scan_id: ScanId, deadline: Deadline) -> Scan:
        """Return a scan result (Scanner.Get).

        Raises:
            LookupFailed: one of its kinds, where there is no usable answer.
        """
        return parse_scan(self._calls.get(f"/scans/{scan_id}", f"scan {scan_id}", deadline))

    def latest(self, image_id: ImageId, deadline: Deadline) -> Scan:
        """Return the newest finished scan of an image (Scanner.GetLast). Raises as `scan`."""
        return parse_scan(self._calls.get(f"/images/{image_id}:lastScanResult", f"scan of image {image_id}", deadline))

    def vulnerabilities(self, scan_id: ScanId, deadline: Deadline) -> tuple[Vulnerability, ...]:
        """Return all that a READY scan found (Scanner.ListVulnerabilities). Raises as `scan`, and for a list too long.

        1,000 on a page take about 400 KB of JSON, less than half of what is read of an answer.
        """
        listing = Listing(
            what=f"scan {scan_id}",
            items="vulnerabilities",
            path=f"/scans/{scan_id}:listVulnerabilities",
            query={},
            parse=parse_vulnerability_page,
            page_size=1000,
            pages=200,
            most=MAX_VULNERABILITIES,
        )
        return tuple(self._list(listing, deadline))

    def history(self, image_id: ImageId, deadline: Deadline) -> tuple[Scan, ...]:
        """Return the READY scans of an image, the newest first (Scanner.List). Raises as `vulnerabilities`."""
        listing = Listing(
            what=f"image {image_id}",
            items="scans",
            path="/scans",
            query={"imageId": image_id, "filter": f'status="{Status.READY}"'},
            parse=parse_scan_page,
            page_size=100,
            pages=10,
            most=MAX_SCANS,
        )
        return finished(self._list(listing, deadline), image_id)

    def start(self, image_id: ImageId, deadline: Deadline) -> None:
        """Ask for a scan of an image (Scanner.Scan), unless one is running. Raises as `scan`.

        Other processes and replicas of the gate meet the same image, and each scan costs money.
        """
        if self._is_being_scanned(image_id, deadline):
            return
        body = json.dumps({"imageId": image_id}).encode()
        self._calls.send("POST", "/scans", f"image {image_id}", deadline, body)

    def _is_being_scanned(self, image_id: ImageId, deadline: Deadline) -> bool:
        """Tell whether a scan of an image is running (Scanner.List)."""
        query = urlencode({"imageId": image_id, "filter": f'status="{Status.RUNNING}"'})
        page = self._calls.get(f"/scans?{query}", f"list of scans of image {image_id}", deadline)
        return any(scan.status == Status.RUNNING for scan in parse_scan_page(page)[0])

    def image(self, image_id: ImageId, deadline: Deadline) -> RegistryImage:
        """Return an image (Image.Get). Raises as `scan`."""
        return parse_image(self._calls.get(f"/images/{image_id}", f"image {image_id}", deadline))

    def find(self, repository: str, digest: Digest, deadline: Deadline) -> RegistryImage:
        """Return the image of *digest* in a repository (Image.List: it has no filter by digest).

        Raises:
            NotFound: the repository has no such image.
            LookupFailed: another of its kinds, where there is no usable answer.
        """
        images = Listing(
            what=f"repository {repository}",
            items="images",
            path="/images",
            query={"repositoryName": repository},
            parse=parse_image_page,
            page_size=PAGE_SIZE,
            pages=MAX_PAGES,
            most=MAX_PAGES * PAGE_SIZE,
        )
        found = next((image for image in self._list(images, deadline) if image.digest == digest), None)
        if found is None:
            raise NotFound(f"the registry has no image {digest} in {repository}")
        return found

    def read(self, path: str, what: str, deadline: Deadline) -> Any:
        """Return the answer to a GET of *path*, for what is asked of the API elsewhere. Raises as `scan`."""
        return self._calls.get(path, what, deadline)

    def _list(self, listing: Listing[Item], deadline: Deadline) -> Iterator[Item]:
        return listing.read(lambda path: self._calls.get(path, listing.what, deadline))
