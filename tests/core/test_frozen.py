"""Values are values: whoever is handed one cannot change it under somebody else's hands."""

import dataclasses
import importlib
import inspect
import pkgutil
from types import ModuleType

import msgspec
import pytest

from webhook import core

MODULES = [importlib.import_module(f"{core.__name__}.{found.name}") for found in pkgutil.iter_modules(core.__path__)]


COUNTING = {"webhook.core.audit_logs", "webhook.core.tallies"}
"""What is counted up there is in the hands of one alone."""


def classes(module: ModuleType) -> list[type]:
    """Return the classes that a module makes itself."""
    return [one for _, one in inspect.getmembers(module, inspect.isclass) if one.__module__ == module.__name__]


@pytest.mark.parametrize(
    "module",
    [one for one in MODULES if one.__name__ not in COUNTING],
    ids=lambda module: module.__name__.rpartition(".")[2],
)
def test_every_value_is_frozen(module: ModuleType) -> None:
    """Dataclasses and structs of the core, all of them."""
    for one in classes(module):
        if issubclass(one, msgspec.Struct):
            assert one.__struct_config__.frozen, one
        elif dataclasses.is_dataclass(one):
            assert getattr(one, "__dataclass_params__").frozen, one  # noqa: B009 - typeshed does not know it
