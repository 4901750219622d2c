"""Manifests of Kubernetes: streams of YAML documents, read as kubectl reads them."""

import hashlib
from collections.abc import Hashable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from webhook.adapters.files import SUFFIXES, Loader, check_depth, line_in, read_bytes, read_json, where
from webhook.core.documents import Document
from webhook.core.images import Digest
from webhook.errors import InvalidDocument

MAX_ALIASED = 100_000
"""Values for which the aliases of a stream stand, all told. A few lines of aliases of aliases stand for more than any
memory holds, once they are written as JSON; kubectl refuses those, too."""


class _Loader(Loader):
    """Takes merged mappings, and keys that are not text, as the text that they are."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    own: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(None, None, "a key is not text", key.start_mark)
        if key.value in own:
            raise yaml.constructor.ConstructorError(None, None, f"key {key.value!r} stands twice", key.start_mark)
        own.add(key.value)
    loader.flatten_mapping(node)
    return {key.value: loader.construct_object(value, deep=True) for key, value in node.value}


def _sign(_loader: _Loader, node: yaml.ScalarNode) -> str:
    return str(node.value)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
# The single sign `=`, which YAML 1.1 sets apart, is text to everybody else; it is among the values of some CRDs.
_Loader.add_constructor("tag:yaml.org,2002:value", _sign)


def manifest_files(path: Path, *, recursive: bool) -> tuple[Path, ...]:
    """Return *path* itself, or the YAML and JSON files in it where it is a folder, in name order; no hidden ones."""
    if not path.is_dir():
        return (path,)
    found = path.rglob("*") if recursive else path.iterdir()
    return tuple(
        sorted(
            file
            for file in found
            if file.suffix in SUFFIXES
            and file.is_file()
            and not any(part.startswith(".") for part in file.relative_to(path).parts)
        )
    )


def load_manifests(path: Path) -> tuple[Document, ...]:
    """Return the documents of a file. Raises `InvalidDocument` as `read_manifests`, or where it cannot be read."""
    return read_manifests(read_bytes(path), str(path))


def read_manifests(body: bytes, source: str) -> tuple[Document, ...]:
    """Return the documents of a stream of YAML, or the one of a JSON text, that is called *source* in messages.

    Empty ones are left out. Each tells lines from the beginning of the stream.

    Raises:
        InvalidDocument: it is neither.
    """
    if body.lstrip()[:1] == b"{":
        try:
            return (read_json(body.decode(), source),)
        except (InvalidDocument, UnicodeDecodeError):
            pass  # YAML may begin with a brace, too
    try:
        check_depth(body)
        _check_aliases(body)
        found = list(_composed(body))
    except (ValueError, LookupError, AttributeError, RecursionError, yaml.YAMLError) as error:
        raise InvalidDocument(f"{source}: {where(error)}") from error
    digest = Digest(f"sha256:{hashlib.sha256(body).hexdigest()}")
    return tuple(Document(source, content, digest, partial(line_in, node)) for content, node in found)


def _check_aliases(body: bytes) -> None:
    values = aliased = 0
    sizes: dict[str | None, int] = {}
    begun: list[tuple[str | None, int]] = []
    for event in yaml.parse(body, _Loader):
        if isinstance(event, yaml.AliasEvent):
            aliased += sizes.get(event.anchor, 1)
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = begun.pop()
            sizes[anchor] = values + aliased - before
        elif isinstance(event, yaml.NodeEvent):
            values += 1
            if isinstance(event, yaml.CollectionStartEvent):
                begun.append((event.anchor, values + aliased))
        if aliased > MAX_ALIASED:
            raise ValueError(f"its aliases stand for more than {MAX_ALIASED} values")


def _composed(body: bytes) -> Iterator[tuple[Any, yaml.Node]]:
    """Yield content and nodes of each document that is not empty."""
    loader = _Loader(body)
    try:
        while loader.check_node():
            node = loader.get_node()
            content = None if node is None else loader.construct_document(node)
            if node is not None and content is not None:
                yield content, node
    finally:
        loader.dispose()
