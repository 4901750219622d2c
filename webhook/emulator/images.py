"""ImageService, RegistryService and RepositoryService: the reads.

Source: yandex.cloud.containerregistry.v1, with its HTTP bindings.
"""

import re

from webhook.emulator.answers import Message, message
from webhook.emulator.catalog import Catalog
from webhook.emulator.ids import IMAGE, derive_id
from webhook.emulator.listing import filtered, ordered, page
from webhook.emulator.messages import image_message, registry_message
from webhook.emulator.requests import Request
from webhook.emulator.routes import Route
from webhook.emulator.scanner import BASE, LISTING
from webhook.emulator.status import invalid, not_found
from webhook.emulator.stock import Stock
from webhook.emulator.world import Image, Role

READERS = frozenset({Role.VIEWER, Role.SCANNER})

_NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*(?:/[a-z0-9]+(?:[._-][a-z0-9]+)*)*")


class Images:
    """What there is to look at, beside the scans."""

    def __init__(self, stock: Stock) -> None:
        """Answer from *stock*."""
        self._stock = stock

    def routes(self) -> tuple[Route, ...]:
        """Return where the methods are found."""
        whose = LISTING | {"registryId", "folderId"}
        table = (
            ("images", self.list, whose | {"repositoryName"}),
            ("images/<imageId>", self.get, frozenset[str]()),
            ("registries", self.list_registries, LISTING - {"orderBy"} | {"folderId"}),
            ("registries/<registryId>", self.get_registry, frozenset[str]()),
            ("repositories", self.list_repositories, whose),
            ("repositories/<repositoryId>", self.get_repository, frozenset[str]()),
            ("repositories/<path:repositoryName>:byName", self.get_repository_by_name, frozenset[str]()),
        )
        return tuple(
            Route(method="GET", pattern=f"{BASE}/{path}", handle=handle, roles=READERS, parameters=parameters)
            for path, handle, parameters in table
        )

    def get(self, request: Request) -> Message:
        """Return an image (ImageService.Get)."""
        image_id = request.id_argument("imageId")
        image = self._stock.catalog.images.get(image_id)
        if image is None:
            raise not_found("Image", image_id)
        return image_message(image)

    def list(self, request: Request) -> Message:
        """Return the images of a repository, a registry or a folder (ImageService.List)."""
        repository, catalog = request.text_parameter("repositoryName", 1024), self._stock.catalog
        if repository and not _NAME.fullmatch(repository):
            raise invalid("repositoryName", "must be <registry id>/<path> in lower case")
        images = catalog.repository(repository) if repository else self._images_of_registries(request, catalog)
        found = filtered(images, request, {"name": lambda image: image.name})
        found = ordered(
            found,
            request,
            {
                "name": lambda image: image.name,
                "digest": lambda image: image.digest,
                "created_at": lambda image: image.created_at,
                "last_modified": lambda image: image.created_at,
            },
        )
        return page(found, request, "images", image_message)

    def get_registry(self, request: Request) -> Message:
        """Return a registry (RegistryService.Get)."""
        registry_id = request.id_argument("registryId")
        registry = self._stock.catalog.registries.get(registry_id)
        if registry is None:
            raise not_found("Registry", registry_id)
        return registry_message(registry)

    def list_registries(self, request: Request) -> Message:
        """Return the registries of a folder (RegistryService.List)."""
        folder_id = request.id_parameter("folderId")
        if not folder_id:
            raise invalid("folderId", "must be given")
        registries = [one for one in self._stock.catalog.registries.values() if one.folder_id == folder_id]
        found = filtered(registries, request, {"name": lambda registry: registry.name})
        return page(found, request, "registries", registry_message)

    def get_repository(self, request: Request) -> Message:
        """Return a repository (RepositoryService.Get)."""
        repository_id = request.id_argument("repositoryId")
        name = self._stock.catalog.repositories.get(repository_id)
        if name is None:
            raise not_found("Repository", repository_id)
        return _repository_message(name)

    def get_repository_by_name(self, request: Request) -> Message:
        """Return a repository by its name (RepositoryService.GetByName)."""
        name = request.arguments["repositoryName"]
        if not self._stock.catalog.repository(name):
            raise not_found("Repository", name)
        return _repository_message(name)

    def list_repositories(self, request: Request) -> Message:
        """Return the repositories of a registry or a folder (RepositoryService.List)."""
        images = self._images_of_registries(request, self._stock.catalog)
        names = tuple(dict.fromkeys(image.name for image in images))
        found = filtered(names, request, {"name": str})
        found = ordered(found, request, {"name": str})
        return page(found, request, "repositories", _repository_message)

    @staticmethod
    def _images_of_registries(request: Request, catalog: Catalog) -> tuple[Image, ...]:
        """Return the images of the registry, or else of the folder, that the query names."""
        registry_id, folder_id = request.id_parameter("registryId"), request.id_parameter("folderId")
        if not registry_id and not folder_id:
            raise invalid("registryId", "one of repositoryName, registryId and folderId must be given")
        chosen = {
            one.id
            for one in catalog.registries.values()
            if (one.id == registry_id if registry_id else one.folder_id == folder_id)
        }
        return tuple(image for image in catalog.images.values() if image.name.partition("/")[0] in chosen)


def _repository_message(name: str) -> Message:
    return message(name=name, id=derive_id(IMAGE, "repository", name))
