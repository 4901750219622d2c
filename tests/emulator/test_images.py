"""ImageService, RegistryService and RepositoryService, over a socket."""

from collections.abc import Iterator

import pytest

from tests.emulator.serving import REGISTRY, Reply, Served, served

FOLDER = "b1gfolder"


@pytest.fixture
def shelves() -> Iterator[Served]:
    """Serve three images in two repositories of one registry, and another registry."""
    images = [
        {"name": f"{REGISTRY}/shop/api", "id": "crp1", "createdAt": "3d ago"},
        {"name": f"{REGISTRY}/shop/api", "id": "crp2", "createdAt": "5d ago"},
        {"name": f"{REGISTRY}/shop/log", "id": "crp3", "createdAt": "4d ago"},
        {"name": "crpother/x", "id": "crp4"},
    ]
    with served({"images": images, "registries": [{"id": REGISTRY, "folderId": FOLDER, "name": "main"}]}) as running:
        yield running


def ids(reply: Reply) -> list[str]:
    """Return the ids of images in a list."""
    return [image["id"] for image in reply.json.get("images", ())]


def test_get_returns_an_image(shelves: Served) -> None:
    """Name and digest are what binds a scan to what runs."""
    image = shelves.get("/images/crp1").json

    assert image["name"] == f"{REGISTRY}/shop/api"
    assert image["digest"] == shelves.emulator.world.images[0].digest


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (f"repositoryName={REGISTRY}/shop/api", ["crp1", "crp2"]),
        (f"repositoryName={REGISTRY}/shop/api&registryId=crpother&folderId=x", ["crp1", "crp2"]),
        (f"registryId={REGISTRY}&folderId=x", ["crp1", "crp2", "crp3"]),
        (f"folderId={FOLDER}", ["crp1", "crp2", "crp3"]),
        (f'folderId={FOLDER}&filter=name%3D"{REGISTRY}/shop/log"', ["crp3"]),
        (f"registryId={REGISTRY}&orderBy=created_at", ["crp2", "crp3", "crp1"]),
        (f"registryId={REGISTRY}&orderBy=name,last_modified%20desc", ["crp1", "crp2", "crp3"]),
        (f"repositoryName={REGISTRY}/none", []),
        ("folderId=none", []),
    ],
)
def test_list_returns_the_images_of_what_is_named(shelves: Served, query: str, found: list[str]) -> None:
    """A repository wins over a registry, a registry over a folder."""
    assert ids(shelves.get(f"/images?{query}")) == found


def test_list_orders_by_digest(shelves: Served) -> None:
    """The fourth field that images can be ordered by."""
    images = shelves.get(f"/images?registryId={REGISTRY}&orderBy=digest").json["images"]

    assert [one["digest"] for one in images] == sorted(one["digest"] for one in images)


def test_list_has_pages(shelves: Served) -> None:
    """Tokens lead from page to page."""
    query = f"/images?registryId={REGISTRY}&pageSize=2"
    first = shelves.get(query)
    second = shelves.get(f"{query}&pageToken={first.json['nextPageToken']}")

    assert ids(first) + ids(second) == ["crp1", "crp2", "crp3"]


def test_registries_are_found_by_id_and_folder(shelves: Served) -> None:
    """A folder must be named; its registries can be chosen by name."""
    assert shelves.get(f"/registries/{REGISTRY}").json["name"] == "main"
    assert [one["id"] for one in shelves.get(f"/registries?folderId={FOLDER}").json["registries"]] == [REGISTRY]
    assert shelves.get(f'/registries?folderId={FOLDER}&filter=name%3D"none"').body == b"{}\n"


def test_repositories_are_found_by_id_name_and_registry(shelves: Served) -> None:
    """The name may be percent-encoded."""
    listed = shelves.get(f"/repositories?registryId={REGISTRY}&orderBy=name%20desc").json["repositories"]

    assert [one["name"] for one in listed] == [f"{REGISTRY}/shop/log", f"{REGISTRY}/shop/api"]
    assert shelves.get(f"/repositories/{listed[0]['id']}").json == listed[0]
    assert shelves.get(f"/repositories/{REGISTRY}/shop/log:byName").json == listed[0]
    assert shelves.get(f"/repositories/{REGISTRY}%2Fshop%2Flog:byName").json == listed[0]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/images/none", 404),
        ("/registries/none", 404),
        ("/repositories/none", 404),
        ("/repositories/none/x:byName", 404),
        ("/images", 400),
        ("/repositories", 400),
        ("/registries", 400),
        ("/images?repositoryName=Shop", 400),
        (f"/images?repositoryName={REGISTRY}/shop/api&pageSize=1001", 400),
        ('/images?folderId=x&filter=digest%3D"a"', 400),
        ("/registries?folderId=x&orderBy=name", 400),
        ("/images/crp1?digest=x", 400),
    ],
)
def test_what_is_not_there_or_wrong_is_refused(shelves: Served, path: str, status: int) -> None:
    """Unknown ids, missing owners, wrong filters and parameters that the method does not have."""
    assert shelves.get(path).status == status


def test_unknown_parameters_may_be_let_through() -> None:
    """Whether the gateway refuses them is not known: the world decides."""
    world = {"images": [{"name": "crp1/a", "id": "crpa"}], "behaviour": {"unknownParametersRefused": False}}
    with served(world) as registry:
        assert registry.get("/images/crpa?digest=x").status == 200
