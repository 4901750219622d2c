"""Worlds in which ids are swapped: only a scan that is proven to be of the pod's digest ever admits."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import NOW, counts, digest_of, image, registry_image, scan
from tests.fakes import DEADLINE, WORKLOAD, FakeRegistry, gate
from webhook.core.evidence import RegistryImage, Scan
from webhook.core.images import Digest
from webhook.core.lookup import Hint, ImageId, ScanId, Source
from webhook.core.policy import Rule
from webhook.errors import LookupFailed, NotFound, Unauthorized, Unavailable, Unreadable

CLEAN, BAD, RUNNING, INDEX = DIGESTS = [digest_of(name) for name in ("clean", "bad", "running", "index")]
SCAN_IDS = [ScanId(f"che{number}") for number in range(4)]
IMAGE_IDS = [ImageId(f"crp{number}") for number in range(4)]
REPOSITORY = "crp/shop"

RECENT = NOW - timedelta(hours=1)
FOUND = counts(critical=1)

FAILURES: list[LookupFailed] = [NotFound("x"), Unauthorized("x"), Unavailable("x"), Unreadable("x")]

SCANS = st.builds(
    scan,
    id=st.sampled_from(SCAN_IDS),
    image_id=st.sampled_from([*IMAGE_IDS, None]),
    status=st.sampled_from(["READY", "READY", "READY", "RUNNING", "ERROR", "QUEUED"]),
    scanned_at=st.sampled_from([RECENT, RECENT, NOW - timedelta(days=90), NOW + timedelta(days=1), None]),
    counts=st.sampled_from([counts(), counts(), None, FOUND]),
)
IMAGES = st.builds(registry_image, id=st.sampled_from(IMAGE_IDS), digest=st.sampled_from([*DIGESTS, "", "sha256:"]))
HINTS = st.builds(Hint, st.just(Source.TABLE), st.sampled_from(SCAN_IDS), st.sampled_from([*IMAGE_IDS, None]))
CHILDREN = st.lists(
    st.tuples(st.sampled_from(["linux/amd64", "linux/s390x"]), st.sampled_from(DIGESTS)), min_size=1, max_size=3
).map(tuple)


@dataclass(frozen=True)
class World:
    """A registry, a table and a pod."""

    scans: dict[Any, Any]
    newest: dict[Any, Any]
    images: dict[Any, Any]
    listed: dict[Any, Any]
    indexes: dict[Any, Any]
    table: dict[Digest, Hint]
    digest: Digest = CLEAN
    annotation: ScanId | None = None
    sources: tuple[Source, ...] = tuple(Source)

    def admits(self, rule: Rule) -> bool:
        """Tell whether the pod is admitted."""
        registry = FakeRegistry(
            scans=self.scans, newest=self.newest, images=self.images, listed=self.listed, indexes=self.indexes
        )
        asked = image(f"cr.yandex/{REPOSITORY}@{self.digest}", self.annotation)
        return gate(registry, rule, table=self.table, sources=self.sources).decide(WORKLOAD, [asked], DEADLINE).allowed


def honest() -> World:
    """Return a world of four images: a clean one, a bad one, one that is being scanned, and an index of the first."""
    results = [
        scan(id=SCAN_IDS[0], image_id=IMAGE_IDS[0]),
        scan(id=SCAN_IDS[1], image_id=IMAGE_IDS[1], counts=FOUND),
        scan(id=SCAN_IDS[2], image_id=IMAGE_IDS[2], status="RUNNING", scanned_at=None, counts=None),
    ]
    known = [registry_image(id=one, digest=digest) for one, digest in zip(IMAGE_IDS, DIGESTS, strict=True)]
    return World(
        scans={result.id: result for result in results},
        newest={result.image_id: result for result in results},
        images={one.id: one for one in known},
        listed={(REPOSITORY, one.digest): one for one in known},
        indexes={INDEX: (("linux/amd64", CLEAN), ("linux/s390x", BAD))},
        table={CLEAN: Hint(Source.TABLE, SCAN_IDS[0]), BAD: Hint(Source.TABLE, SCAN_IDS[1])},
    )


BROKEN = st.none() | st.sampled_from(FAILURES)
EDITS = st.one_of(
    st.tuples(st.just("scans"), st.sampled_from(SCAN_IDS), SCANS | BROKEN),
    st.tuples(st.just("newest"), st.sampled_from(IMAGE_IDS), SCANS | BROKEN),
    st.tuples(st.just("images"), st.sampled_from(IMAGE_IDS), IMAGES | BROKEN),
    st.tuples(st.just("listed"), st.sampled_from([(REPOSITORY, digest) for digest in DIGESTS]), IMAGES | BROKEN),
    st.tuples(st.just("indexes"), st.sampled_from(DIGESTS), CHILDREN | BROKEN),
    st.tuples(st.just("table"), st.sampled_from(DIGESTS), HINTS | st.none()),
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw an honest world in which some answers are swapped, forged, broken or taken away."""
    world = honest()
    for place, key, value in draw(st.lists(EDITS, max_size=6)):
        kept = {one: answer for one, answer in getattr(world, place).items() if one != key}
        edited: dict[str, Any] = {place: kept if value is None else {**kept, key: value}}
        world = replace(world, **edited)
    sources = draw(st.lists(st.sampled_from(Source), unique=True, min_size=1).map(tuple))
    annotation = draw(st.none() | st.sampled_from(SCAN_IDS))
    return replace(world, digest=draw(st.sampled_from(DIGESTS)), annotation=annotation, sources=sources)


def vouched_for(world: World, digest: Digest) -> bool:
    """Tell, from all that is in the world and in no order, whether any clean scan is of *digest*.

    A scan is of a digest if the registry has an image of that digest under the scan's image id. This knows
    nothing of sources and hints: it is the least that an admission needs.
    """
    known = [*world.images.values(), *world.listed.values()]
    ids = {one.id for one in known if isinstance(one, RegistryImage) and one.digest == digest}
    results = [one for one in (*world.scans.values(), *world.newest.values()) if isinstance(one, Scan)]
    return any(one.image_id in ids and clean(one) for one in results)


def clean(result: Scan) -> bool:
    """Tell whether a scan is finished, recent and without a finding."""
    return result.status == "READY" and result.scanned_at == RECENT and result.counts in (None, counts())


def may_run(world: World) -> bool:
    """Tell whether the pod's digest, or each image of its index for this platform, is vouched for."""
    index = world.indexes.get(world.digest, ())
    children = () if isinstance(index, LookupFailed) else index
    wanted = [digest for platform, digest in children if platform == "linux/amd64"]
    return vouched_for(world, world.digest) or (bool(wanted) and all(vouched_for(world, one) for one in wanted))


@settings(max_examples=1000)
@given(worlds(), st.booleans())
def test_no_world_admits_what_nothing_vouches_for(world: World, latest: bool) -> None:
    """Of a thousand worlds with swapped, forged, broken and missing answers none admits wrongly."""
    assert world.admits(Rule(name="default", require_latest=latest)) <= may_run(world)


def test_honest_world_admits_what_is_clean_and_nothing_else() -> None:
    """The property above is not empty: without a swap the clean image and its index run, by every source."""
    for digest in DIGESTS:
        for sources in ((Source.REGISTRY,), (Source.TABLE, Source.REGISTRY), tuple(Source)):
            world = replace(honest(), digest=digest, sources=sources)
            assert world.admits(Rule(name="default")) == (digest in {CLEAN, INDEX}) == may_run(world)


def test_every_scan_is_tried_on_every_image() -> None:
    """Whatever scan an annotation names, it admits the image that it is of and no other."""
    for digest in DIGESTS:
        for annotation in SCAN_IDS:
            world = replace(honest(), digest=digest, annotation=annotation, sources=(Source.ANNOTATION,))
            assert world.admits(Rule(name="default")) == ((digest, annotation) == (CLEAN, SCAN_IDS[0]))
