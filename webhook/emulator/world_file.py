"""World files: a readable YAML of images, scans, accounts and faults, made into a `World`."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from webhook.emulator.documents import convert, parse_yaml, read_file
from webhook.emulator.ids import FOLDER, derive_id
from webhook.emulator.signatures import is_public_key
from webhook.emulator.world import Account, Behaviour, Federation, Image, Registry, World
from webhook.emulator.world_images import build_image
from webhook.emulator.world_place import Place
from webhook.emulator.world_schema import (
    AccountSection,
    BehaviourSection,
    FederationSection,
    RegistrySection,
    WorldSection,
)

REGISTRY_AGE = timedelta(days=365)
"""Of a registry whose time of creation nobody wrote."""


def load_world(path: Path, *, now: datetime) -> World:
    """Return the world that a file describes; ages in it count back from *now*.

    Raises:
        InvalidDocument: the file cannot be read or is wrong; the message names file, field and value.
    """
    return parse_world_text(read_file(path), source=str(path), now=now)


def parse_world_text(text: bytes | str, *, source: str, now: datetime) -> World:
    """Return the world that YAML or JSON describes.

    Raises:
        InvalidDocument: as `load_world`.
    """
    content = parse_yaml(text, source)
    return parse_world({} if content is None else content, source=source, now=now)


def parse_world(content: Any, *, source: str = "world", now: datetime) -> World:
    """Return the world that mappings and lists of the shape of a world file describe.

    Raises:
        InvalidDocument: as `load_world`.
    """
    written = convert(content, WorldSection, source)
    place = Place(source, now)
    images = tuple(build_image(section, place.at(f"images[{number}]")) for number, section in enumerate(written.images))
    _check_images(images, place)
    accounts = tuple(
        _account(section, place.at(f"accounts[{number}]")) for number, section in enumerate(written.accounts)
    )
    _check_unique((account.id for account in accounts), place.at("accounts"), "account id")
    _check_unique(
        (token for account in accounts for token in account.tokens), place.at("accounts"), "token", secret=True
    )
    federations = tuple(
        _federation(section, place.at(f"federations[{number}]")) for number, section in enumerate(written.federations)
    )
    _check_unique((federation.issuer for federation in federations), place.at("federations"), "issuer")
    return World(
        images=images,
        registries=_registries(written.registries, images, place),
        accounts=accounts,
        federations=federations,
        behaviour=_behaviour(written.behaviour),
        faults=written.faults,
    )


def _registries(sections: tuple[RegistrySection, ...], images: tuple[Image, ...], place: Place) -> tuple[Registry, ...]:
    """Return the registries that are written, and those that only the images' names mention."""
    written = {
        section.id: Registry(
            id=section.id,
            folder_id=section.folder_id or derive_id(FOLDER, "folder"),
            name=section.name or section.id,
            created_at=place.at(f"registries[{number}].createdAt").moment(section.created_at, place.now - REGISTRY_AGE),
        )
        for number, section in enumerate(sections)
    }
    _check_unique((section.id for section in sections), place.at("registries"), "registry id")
    mentioned = dict.fromkeys(image.name.partition("/")[0] for image in images)
    implied = [
        Registry(id=name, folder_id=derive_id(FOLDER, "folder"), name=name, created_at=place.now - REGISTRY_AGE)
        for name in mentioned
        if name not in written
    ]
    return (*written.values(), *implied)


def _account(section: AccountSection, place: Place) -> Account:
    for number, key in enumerate(section.keys):
        _check_key(key.public_key, place.at(f"keys[{number}].publicKey"))
    return Account(
        id=section.id,
        roles=frozenset(section.roles),
        tokens=section.tokens,
        keys={key.id: key.public_key for key in section.keys},
        metadata=section.metadata,
        subjects=section.subjects,
    )


def _federation(section: FederationSection, place: Place) -> Federation:
    for number, key in enumerate(section.keys):
        _check_key(key, place.at(f"keys[{number}]"))
    return Federation(issuer=section.issuer, audiences=section.audiences, keys=section.keys)


def _check_key(pem: str, place: Place) -> None:
    if not is_public_key(pem):
        raise place.wrong("must be an RSA public key in PEM", pem)


def _behaviour(section: BehaviourSection) -> Behaviour:
    return Behaviour(
        keep_scans=None if section.keep_scans == "all" else section.keep_scans,
        keep_days=section.keep_days,
        scan_seconds=section.scan_seconds,
        parallel_scans=section.parallel_scans,
        last_scan_counts_errors=section.last_scan_counts_errors,
        child_images=section.child_images,
        unknown_parameters_refused=section.unknown_parameters_refused,
        digest_header=section.digest_header,
        token_seconds=section.token_seconds,
        iam_audiences=section.iam_audiences,
    )


def _check_images(images: tuple[Image, ...], place: Place) -> None:
    """Refuse what a registry cannot hold: one id, tag or digest that stands for two things."""
    every = [image for parent in images for image in (parent, *parent.children)]
    where = place.at("images")
    _check_unique((image.id for image in every), where, "image id")
    _check_unique((scan.id for image in every for scan in image.scans), where, "scan id")
    _check_unique((f"{image.name}@{image.digest}" for image in every), where, "digest of a repository")
    _check_unique((f"{image.name}:{tag}" for image in images for tag in image.tags), where, "tag of a repository")


def _check_unique(names: Iterable[str], place: Place, what: str, *, secret: bool = False) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise place.wrong(f"each {what} may stand only once", "one that stands twice" if secret else twice[0])
