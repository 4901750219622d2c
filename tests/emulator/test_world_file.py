"""World files as a whole."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.keys import Key
from tests.emulator.serving import NOW, REGISTRY
from webhook.emulator.faults import Latency
from webhook.emulator.world import Role, ScanStatus, World
from webhook.emulator.world_file import load_world, parse_world, parse_world_text
from webhook.errors import InvalidDocument

FEDERATION = {"issuer": "https://cluster", "audiences": ["cloud"], "keys": [Key.generate().public_pem]}
EXAMPLE = Path(__file__).parents[2] / "examples" / "registry.yaml"


@pytest.fixture(scope="module")
def example() -> World:
    """The example that comes with the project."""
    return load_world(EXAMPLE, now=NOW)


def test_the_example_shows_every_kind_of_evidence(example: World) -> None:
    """Finished, running, failed, missing and stale scans, and an index with an attestation."""
    scans = [scan for image in example.images for scan in image.scans]
    index = next(image for image in example.images if image.is_index)

    assert {scan.status for scan in scans} == {ScanStatus.READY, ScanStatus.RUNNING, ScanStatus.ERROR}
    assert any(not image.scans and not image.is_index for image in example.images)
    assert any(scan.scanned_at and scan.scanned_at < NOW - timedelta(days=59) for scan in scans)
    assert [child.platform.os for child in index.children if child.platform] == ["linux", "linux", "unknown"]


def test_the_example_tells_the_digests_that_it_leaves_to_the_emulator(example: World) -> None:
    """The comments name the digests that follow from the manifests."""
    index = next(image for image in example.images if image.is_index)
    text = EXAMPLE.read_text()

    for digest in (index.digest, *(child.digest for child in index.children[:2])):
        assert digest in text


def test_a_world_may_be_empty() -> None:
    """Nothing at all is a registry without images."""
    assert parse_world_text("", source="f", now=NOW) == World()


def test_registries_follow_from_the_names_of_images() -> None:
    """A registry that is written is taken as written; others are made up."""
    world = parse_world(
        {
            "registries": [{"id": "crp1", "folderId": "b1g1", "name": "main"}],
            "images": [{"name": "crp1/a"}, {"name": "crp2/b"}, {"name": "crp2/c"}],
        },
        now=NOW,
    )

    assert [(one.id, one.name) for one in world.registries] == [("crp1", "main"), ("crp2", "crp2")]
    assert world.registries[0].folder_id == "b1g1"


def test_accounts_behaviour_and_faults_are_read() -> None:
    """Every section of the file reaches the world."""
    world = parse_world_text(
        """
        accounts:
          - {id: aje1, roles: [container-registry.viewer], tokens: [t1.a], metadata: true, subjects: [sub]}
        behaviour: {keepScans: all, iamAudiences: [here]}
        faults:
          - {kind: latency, seconds: 0.5, path: "*/scans/*", times: 3}
        """,
        source="f",
        now=NOW,
    )

    account = world.accounts[0]
    assert (account.roles, account.tokens, account.metadata) == (frozenset({Role.VIEWER}), ("t1.a",), True)
    assert (world.behaviour.keep_scans, world.behaviour.iam_audiences) == (None, ("here",))
    assert world.faults == (Latency(seconds=0.5, path="*/scans/*", times=3),)


def test_federations_are_read() -> None:
    """With every key."""
    [federation] = parse_world({"federations": [FEDERATION]}, now=NOW).federations

    assert (federation.issuer, federation.audiences) == ("https://cluster", ("cloud",))
    assert federation.keys == tuple(FEDERATION["keys"])


def image(name: str = "a", **fields: Any) -> dict[str, Any]:
    """Return an image of a world file."""
    return {"name": f"{REGISTRY}/{name}", **fields}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"images": [image("a", id="crp1"), image("b", id="crp1")]}, "images: each image id may stand only once"),
        (
            {"images": [image("a", scans=[{"id": "che1"}]), image("b", scans=[{"id": "che1"}])]},
            "images: each scan id may stand only once, not 'che1'",
        ),
        (
            {"images": [image(id="crp1", tags=["v1"]), image(id="crp2", tags=["v1"])]},
            "images: each tag of a repository may stand only once",
        ),
        (
            {"images": [image(id=one, digest="sha256:" + "1" * 64) for one in ("crp1", "crp2")]},
            "images: each digest of a repository may stand only once",
        ),
        ({"accounts": [{"id": "aje1"}, {"id": "aje1"}]}, "accounts: each account id may stand only once"),
        ({"registries": [{"id": "crp1"}, {"id": "crp1"}]}, "registries: each registry id may stand only once"),
        (
            {"accounts": [{"id": "aje1", "keys": [{"id": "k", "publicKey": "nonsense"}]}]},
            r"accounts\[0\]\.keys\[0\]\.publicKey: must be an RSA public key in PEM",
        ),
        ({"federations": [FEDERATION | {"keys": ["x"]}]}, r"federations\[0\]\.keys\[0\]: must be an RSA public key"),
        ({"federations": [FEDERATION, FEDERATION]}, "federations: each issuer may stand only once"),
        ({"federations": [FEDERATION | {"audiences": []}]}, r"federations\[0\]\.audiences: "),
        ({"federations": [FEDERATION | {"keys": []}]}, r"federations\[0\]\.keys: "),
        ({"accounts": [{"id": "aje1", "roles": ["admin"]}]}, r"roles\[0\]: must be one of container-registry"),
        ({"registries": [{"id": "crp1", "createdAt": "x"}]}, r"registries\[0\]\.createdAt: must be an RFC 3339"),
    ],
)
def test_what_cannot_be_is_refused(content: dict[str, Any], said: str) -> None:
    """One id, tag or token stands for one thing; keys are keys."""
    with pytest.raises(InvalidDocument, match=f"^w: .*{said}"):
        parse_world(content, source="w", now=NOW)


def test_a_token_that_stands_twice_is_not_repeated_in_the_message() -> None:
    """Tokens are secrets, even here."""
    with pytest.raises(InvalidDocument, match="each token may stand only once") as caught:
        parse_world({"accounts": [{"id": one, "tokens": ["t1.secret"]} for one in ("a", "b")]}, now=NOW)

    assert "t1.secret" not in str(caught.value)


def test_the_same_content_may_lie_in_two_repositories() -> None:
    """A digest is unique within a repository, not beyond it."""
    digest = "sha256:" + "1" * 64
    world = parse_world({"images": [image("a", digest=digest), image("b", digest=digest)]}, now=NOW)

    assert world.images[0].id != world.images[1].id
