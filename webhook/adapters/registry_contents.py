"""What the registry holds, page by page, and the newest usable scan of each image.

Source: yandex.cloud.containerregistry.v1, ImageService.List and ScannerService.
"""

from typing import Any, Protocol
from urllib.parse import urlencode

from webhook.core.answer_pages import parse_image_page, parse_scan_page
from webhook.core.answers import parse_scan
from webhook.core.deadline import Deadline
from webhook.core.evidence import RegistryImage, Scan, Status
from webhook.core.lookup import ImageId
from webhook.core.places import Place
from webhook.errors import NotFound

PAGE_SIZE = 50
"""An image lists up to 127 layers of some 150 bytes: so many fit into what is read of an answer, whatever they are."""


class Api(Protocol):
    """Calls the API."""

    def read(self, path: str, what: str, deadline: Deadline) -> Any:
        """Return the answer to a GET. Raises a `LookupFailed`."""
        ...


class RegistryContents:
    """The registry's images and scans, for who wants all of them."""

    def __init__(self, api: Api) -> None:
        """Ask through *api*."""
        self._api = api

    def page(self, place: Place, token: str, deadline: Deadline) -> tuple[tuple[RegistryImage, ...], str]:
        """Return images of *place* from *token* on, and the token of the next page or an empty text.

        Raises:
            LookupFailed: one of its kinds, where there is no usable answer.
        """
        more = {"pageToken": token} if token else {}
        query = urlencode({place.kind.value: place.name, "pageSize": PAGE_SIZE, **more})
        return parse_image_page(self._api.read(f"/images?{query}", f"image in {place}", deadline))

    def newest_ready(self, image_id: ImageId, deadline: Deadline) -> Scan | None:
        """Return the newest scan of an image that is finished and has a time; None where it has none.

        `GetLast` may give one that failed. Only then the others are asked for as well.

        Raises:
            LookupFailed: one of its kinds, where there is no usable answer.
        """
        try:
            last = parse_scan(
                self._api.read(f"/images/{image_id}:lastScanResult", f"scan of image {image_id}", deadline)
            )
            return last if _usable(last) else self._newest_of_all(image_id, deadline)
        except NotFound:
            return None

    def _newest_of_all(self, image_id: ImageId, deadline: Deadline) -> Scan | None:
        # The registry keeps the three newest finished scans: all of them are on the first page.
        query = urlencode({"imageId": image_id, "filter": f'status="{Status.READY}"'})
        scans = parse_scan_page(self._api.read(f"/scans?{query}", f"list of scans of image {image_id}", deadline))[0]
        usable = {(scan.scanned_at, scan.id): scan for scan in scans if _usable(scan) and scan.scanned_at is not None}
        return usable[max(usable)] if usable else None


def _usable(scan: Scan) -> bool:
    return scan.status == Status.READY and scan.scanned_at is not None
