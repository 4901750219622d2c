"""What the gate asks of the registry. Everything raises a `LookupFailed` where there is no usable answer."""

from typing import Protocol

from webhook.core.deadline import Deadline
from webhook.core.evidence import RegistryImage, Scan, Vulnerability
from webhook.core.images import Digest, ImageReference
from webhook.core.lookup import ImageId, ScanId

Children = tuple[tuple[str, Digest], ...]
"""Platform and digest of each image in an index."""


class Scanner(Protocol):
    """The registry's scanner."""

    def scan(self, scan_id: ScanId, deadline: Deadline) -> Scan:
        """Return a scan result (Scanner.Get)."""
        ...

    def latest(self, image_id: ImageId, deadline: Deadline) -> Scan:
        """Return the newest finished scan of an image (Scanner.GetLast)."""
        ...

    def vulnerabilities(self, scan_id: ScanId, deadline: Deadline) -> tuple[Vulnerability, ...]:
        """Return all that a READY scan found (Scanner.ListVulnerabilities).

        Of a scan that is not READY nobody may ask: its list grows, and is remembered as if it did not.
        """
        ...

    def history(self, image_id: ImageId, deadline: Deadline) -> tuple[Scan, ...]:
        """Return the READY scans of an image that the registry keeps, the newest first (Scanner.List)."""
        ...

    def start(self, image_id: ImageId, deadline: Deadline) -> None:
        """Ask for a scan of an image (Scanner.Scan), unless one is running or was asked for a short while ago."""
        ...


class Images(Protocol):
    """The registry's images."""

    def image(self, image_id: ImageId, deadline: Deadline) -> RegistryImage:
        """Return an image (Image.Get)."""
        ...

    def find(self, repository: str, digest: Digest, deadline: Deadline) -> RegistryImage:
        """Return the image of *digest* in a repository (Image.List)."""
        ...


class Manifests(Protocol):
    """The registry as container runtimes see it."""

    def pin(self, reference: ImageReference, deadline: Deadline) -> Digest:
        """Return the digest that a tag names now."""
        ...

    def children(self, reference: ImageReference, digest: Digest, deadline: Deadline) -> Children | None:
        """Return platform and digest of each image in the index *digest*; None where it is no index."""
        ...


class Registry(Scanner, Images, Manifests, Protocol):
    """All of the registry."""
