"""A store in memory, with versions, crashes and others who interfere; and a registry that holds images."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.builders import NOW, digest_of
from webhook.core.cluster import Version
from webhook.core.deadline import Deadline
from webhook.core.evidence import Counts, RegistryImage, Scan, Status
from webhook.core.images import Digest
from webhook.core.lookup import ImageId, ScanId
from webhook.core.places import Kind, Place
from webhook.core.table_pieces import STATE_PREFIX, Entry, Piece, parse_piece
from webhook.errors import Conflict, LookupFailed

REGISTRY = Place(Kind.REGISTRY, "crp1")


class Crash(Exception):
    """The process is gone."""


@dataclass
class FakeStore:
    """What a ConfigMap or a folder would be in front of."""

    files: dict[str, Mapping[str, str]] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    life: int | None = None
    """So many writes are done before the next one finds the process gone."""
    before: Callable[[str], None] = lambda _: None
    """Is told of every write before it is done."""
    writes: list[str] = field(default_factory=list)
    seen: list[dict[Digest, set[Entry]]] = field(default_factory=list)
    """What a reader sees after each write."""

    def read(self) -> Mapping[str, Piece]:
        """Return every piece."""
        return {prefix: Piece(Version(str(self.versions[prefix])), files) for prefix, files in self.files.items()}

    def write(self, prefix: str, files: Mapping[str, str], version: Version | None) -> None:
        """Write a piece."""
        if self.life is not None:
            self.life -= 1
            if self.life < 0:
                raise Crash
        self.before(prefix)
        if version != (str(self.versions[prefix]) if prefix in self.versions else None):
            raise Conflict(f"piece {prefix}: was changed by somebody else")
        self.put(prefix, files)
        self.writes.append(prefix)
        self.seen.append(self.entries)

    def put(self, prefix: str, files: Mapping[str, str]) -> None:
        """Change a piece as somebody else would."""
        self.files[prefix] = {**self.files.get(prefix, {}), **files}
        self.versions[prefix] = self.versions.get(prefix, 0) + 1

    @property
    def entries(self) -> dict[Digest, set[Entry]]:
        """What all pieces together say of each digest; more than one entry is a contradiction."""
        found: dict[Digest, set[Entry]] = {}
        for prefix, piece in self.read().items():
            if prefix != STATE_PREFIX:
                for digest, entry in parse_piece(piece, prefix).items():
                    found.setdefault(digest, set()).add(entry)
        return found

    @property
    def scan_ids(self) -> dict[Digest, str | None]:
        """The id of the scan of each digest."""
        return {digest: None if one.hint is None else one.hint.scan_id for digest, (one,) in self.entries.items()}


def scan_of(name: str, *, at: datetime = NOW, **counts: int) -> Scan:
    """Return a finished scan of the image of that name."""
    return Scan(
        id=ScanId(f"che{name}"),
        image_id=ImageId(f"crp{name}"),
        status=Status.READY,
        scanned_at=at,
        counts=Counts(**counts),
    )


@dataclass
class FakeRegistry:
    """Images by name, two on a page, each with its newest scan, with none, or with a failure."""

    scans: dict[str, Scan | LookupFailed | None] = field(default_factory=dict)
    failing: LookupFailed | None = None
    """What becomes of every call."""
    asked: list[str] = field(default_factory=list)

    def page(self, place: Place, token: str, deadline: Deadline) -> tuple[tuple[RegistryImage, ...], str]:
        """Return two images."""
        self._note(f"{place} {token}")
        start, names = int(token or 0), sorted(self.scans)
        images = tuple(
            RegistryImage(id=ImageId(f"crp{name}"), name="crp1/a", digest=digest_of(name))
            for name in names[start : start + 2]
        )
        return images, str(start + 2) if start + 2 < len(names) else ""

    def newest_ready(self, image_id: ImageId, deadline: Deadline) -> Scan | None:
        """Return the scan of an image."""
        self._note(image_id)
        found = self.scans[image_id.removeprefix("crp")]
        if isinstance(found, LookupFailed):
            raise found
        return found

    def rescan(self, name: str, number: int, **counts: int) -> None:
        """Have another scan of an image, so many days later than the first."""
        again = scan_of(name, at=NOW + timedelta(days=number))
        self.scans[name] = replace(again, id=ScanId(f"che{name}x{number}"), counts=Counts(**counts))

    def _note(self, what: str) -> None:
        self.asked.append(what)
        if self.failing is not None:
            raise self.failing


def full(*names: str) -> FakeRegistry:
    """Return a registry with images of these names, each with a scan."""
    return FakeRegistry({name: scan_of(name) for name in names})
