"""Registry API v2."""

import base64
from collections.abc import Iterator

import pytest

from tests.emulator.serving import REGISTRY, Reply, Served, one_image, served
from webhook.emulator.ids import digest_of
from webhook.emulator.manifests import OCI_INDEX, OCI_MANIFEST

WRITTEN = "sha256:" + "1f" * 32
PLATFORMS = [{"platform": "linux/amd64", "id": "crpchild"}, {"platform": "unknown/unknown"}]


@pytest.fixture
def registry() -> Iterator[Served]:
    """Serve an image, one whose digest is written, and an index."""
    world = one_image()
    world["images"] += [
        {"name": f"{REGISTRY}/shop/log", "digest": WRITTEN, "tags": ["v1"]},
        {"name": f"{REGISTRY}/shop/web", "tags": ["v1"], "platforms": PLATFORMS},
    ]
    with served(world) as running:
        yield running


def manifest(registry: Served, name: str, reference: str, method: str = "GET", **headers: str) -> Reply:
    """Ask for a manifest."""
    return registry.ask(method, f"/v2/{REGISTRY}/{name}/manifests/{reference}", headers=headers)


def test_a_tag_leads_to_a_digest_and_the_digest_to_its_bytes(registry: Served) -> None:
    """The body's hash is the digest that the header and the API tell."""
    by_tag = manifest(registry, "shop/api", "v1")
    digest = by_tag.headers["Docker-Content-Digest"]

    assert by_tag.headers["Content-Type"] == OCI_MANIFEST
    assert digest_of(by_tag.body) == digest == registry.get("/images/crpapi").json["digest"]
    assert manifest(registry, "shop/api", digest).body == by_tag.body


def test_head_tells_the_same_without_the_body(registry: Served) -> None:
    """Length, type and digest are those of GET."""
    got, head = manifest(registry, "shop/api", "v1"), manifest(registry, "shop/api", "v1", "HEAD")

    assert head.body == b""
    for name in ("Content-Length", "Content-Type", "Docker-Content-Digest"):
        assert head.headers[name] == got.headers[name]


def test_an_index_leads_to_its_images(registry: Served) -> None:
    """Every entry can be had by its digest, from the same repository."""
    index = manifest(registry, "shop/web", "v1")
    digests = [entry["digest"] for entry in index.json["manifests"]]

    assert index.headers["Content-Type"] == OCI_INDEX
    assert digest_of(index.body) == index.headers["Docker-Content-Digest"]
    assert [digest_of(manifest(registry, "shop/web", digest).body) for digest in digests] == digests


def test_a_digest_that_is_written_has_some_body(registry: Served) -> None:
    """Its hash cannot be made up; the header says what the world says."""
    reply = manifest(registry, "shop/log", WRITTEN)

    assert (reply.status, reply.headers["Docker-Content-Digest"]) == (200, WRITTEN)
    assert digest_of(reply.body) != WRITTEN


@pytest.mark.parametrize(
    ("name", "reference", "accept"),
    [
        ("shop/none", "v1", "*/*"),
        ("shop/api", "v2", "*/*"),
        ("shop/api", WRITTEN, "*/*"),
        ("shop/web", "v1", OCI_MANIFEST),
        ("shop/api", "v1", "text/html"),
    ],
)
def test_what_is_not_there_or_not_accepted_is_unknown(registry: Served, name: str, reference: str, accept: str) -> None:
    """The errors are those of the distribution specification."""
    reply = manifest(registry, name, reference, Accept=accept)

    assert (reply.status, reply.json["errors"][0]["code"]) == (404, "MANIFEST_UNKNOWN")


def test_several_types_may_be_accepted(registry: Served) -> None:
    """Weights are let through."""
    assert manifest(registry, "shop/web", "v1", Accept=f"{OCI_MANIFEST}, {OCI_INDEX};q=0.5").status == 200


def test_the_digest_header_can_be_left_out() -> None:
    """Whether the registry sends it is not known: the world decides."""
    with served(one_image() | {"behaviour": {"digestHeader": False}}) as registry:
        assert "Docker-Content-Digest" not in manifest(registry, "shop/api", "v1").headers


def test_without_credentials_a_challenge_says_where_to_get_some(registry: Served) -> None:
    """The realm is the emulator's own token service."""
    reply = manifest(registry, "shop/api", "v1", Authorization="")
    host = registry.url.removeprefix("http://")

    assert (reply.status, reply.json["errors"][0]["code"]) == (401, "UNAUTHORIZED")
    assert reply.headers["WWW-Authenticate"] == f'Bearer realm="{registry.url}/v2/token/",service="{host}"'
    assert registry.ask("GET", "/v2/", headers={"Authorization": ""}).status == 401
    assert registry.ask("GET", "/v2/").headers["Docker-Distribution-Api-Version"] == "registry/2.0"


def test_the_token_flow_ends_with_a_manifest() -> None:
    """Basic credentials become a token that pulls, and does nothing else."""
    account = {"id": "aje1", "roles": ["container-registry.images.puller"], "tokens": ["t1.x"]}
    with served(one_image() | {"accounts": [account]}) as registry:
        basic = "Basic " + base64.b64encode(b"iam:t1.x").decode()
        scope = f"/v2/token/?service=x&scope=repository:{REGISTRY}/shop/api:pull&account=iam"
        grant = registry.ask("GET", scope, headers={"Authorization": basic}).json
        bearer = f"Bearer {grant['token']}"

        assert (grant["access_token"], grant["expires_in"]) == (grant["token"], 3600)
        assert manifest(registry, "shop/api", "v1", Authorization=bearer).status == 200
        assert registry.get("/scans/cheapi", Authorization=bearer).status == 401
        assert registry.ask("GET", scope, headers={"Authorization": ""}).status == 401
        registry.clock.advance(3600)
        assert manifest(registry, "shop/api", "v1", Authorization=bearer).status == 401
