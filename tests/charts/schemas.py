"""The schemas of Kubernetes, from the data of the package kubernetes-validate.

Its own function reads all definitions of a version anew for each object; here they are read once.
"""

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator
from referencing import Registry, Resource

_FOLDER = files("kubernetes_validate") / "kubernetes-json-schema"
_VERSION = re.compile(r"v(?P<version>(?P<minor>1\.\d+)\.\d+)-local-strict")
OLDEST = (1, 29)


def versions() -> list[str]:
    """Return the versions of Kubernetes from 1.29 on that there are schemas of, in order."""
    found = (_VERSION.fullmatch(folder.name) for folder in _FOLDER.iterdir())
    numbers = sorted(tuple(map(int, match["version"].split("."))) for match in found if match)
    return [".".join(map(str, number)) for number in numbers if number[:2] >= OLDEST]


def problems(content: dict[str, Any], version: str) -> list[str]:
    """Return what the schema of a version has against an object, unknown fields included."""
    validator = _validator(version, content["kind"], content["apiVersion"])
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(content)]


@cache
def _validator(version: str, kind: str, api_version: str) -> Validator:
    group, _, tail = api_version.rpartition("/")
    name = "-".join(filter(None, [kind.lower(), group.split(".")[0], tail]))
    schema = _read(version, name)
    registry: Registry[Any] = Resource.from_contents(schema) @ _definitions(version)
    return Draft202012Validator(schema, registry=registry)


@cache
def _definitions(version: str) -> Registry[Any]:
    registry: Registry[Any] = Registry()
    return Resource.from_contents(_read(version, "_definitions")) @ registry


def _read(version: str, name: str) -> Any:
    return json.loads((_FOLDER / f"v{version}-local-strict" / f"{name}.json").read_text(encoding="utf-8"))
