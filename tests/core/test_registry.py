"""What the gate asks of the registry."""

import inspect

import pytest

from tests.fakes import FakeRegistry, Memory
from webhook.core.registry import Images, Manifests, Registry, Scanner

QUESTIONS = ["children", "find", "history", "image", "latest", "pin", "scan", "start", "vulnerabilities"]


def methods(protocol: type) -> set[str]:
    """Return the names of what can be asked."""
    return {name for name, _ in inspect.getmembers(protocol, inspect.isfunction) if not name.startswith("_")}


def test_registry_is_its_three_parts() -> None:
    """Scanner, images and manifests make up the registry, and no question belongs to two of them."""
    parts = [methods(part) for part in (Scanner, Images, Manifests)]

    assert sorted(methods(Registry)) == sorted(name for part in parts for name in part) == QUESTIONS


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_has_a_deadline(name: str) -> None:
    """No look-up can be asked for without saying by when, and fakes are asked as the registry is."""
    asked = inspect.signature(getattr(Registry, name))

    assert list(asked.parameters)[-1] == "deadline"
    for fake in (FakeRegistry, Memory):
        assert list(inspect.signature(getattr(fake, name)).parameters) == list(asked.parameters)


def test_fakes_are_registries() -> None:
    """The type checker holds the fakes to the protocol."""
    registries: list[Registry] = [FakeRegistry(), Memory()]

    assert len(registries) == 2
