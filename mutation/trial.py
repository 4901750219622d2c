"""One mutant before its tests, in a child of this process: it lives if no test notices it."""

import contextlib
import importlib
import os
import resource
import sys
from collections.abc import Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import ModuleType

import pytest
from hypothesis import HealthCheck, Phase, settings

CPU_SECONDS = 60
"""Of a child; a mutant that never ends is noticed, too."""

FOREIGN = ("cryptography.x509", "docker_image.reference", "flask", "jsonschema", "msgspec", "urllib3", "yaml")
"""What takes long to import and is the same for every mutant."""

PROFILE = "mutation"

WITHOUT = ("-p", "no:cacheprovider", "-p", "no:unraisableexception", "-p", "no:threadexception")
"""Plugins of pytest that cost more than they tell here."""


def prepare() -> None:
    """Import what all mutants have in common, before any child is made."""
    for name in FOREIGN:
        importlib.import_module(name)
    # An example that fails need not be made small, and none is remembered for the next mutant.
    settings.register_profile(
        PROFILE,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )


class Swap(Loader):
    """Finds *module* in its mutated form."""

    def __init__(self, module: str, source: str) -> None:
        """Let *source* be what stands in *module*."""
        self._module, self._source = module, source

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        """Return how the one module is loaded; None for every other."""
        return spec_from_loader(name, self) if name == self._module else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the mutated source."""
        exec(compile(self._source, f"<mutant of {self._module}>", "exec"), module.__dict__)  # noqa: S102


def noticed(module: str, source: str, tests: Sequence[str]) -> bool:
    """Tell whether one of *tests* fails where *source* stands in *module*.

    The first file is tried by itself: it is the one that mirrors the module, and most of what it notices is noticed
    before the others would have been read.
    """
    return any(_fails(module, source, some) for some in (tests[:1], tests[1:]) if some)


def _fails(module: str, source: str, tests: Sequence[str]) -> bool:
    child = os.fork()
    if child == 0:
        os._exit(_run(module, source, tests))
    _, status = os.waitpid(child, 0)
    return status != 0


def _run(module: str, source: str, tests: Sequence[str]) -> int:
    """Run the tests in a child of which nothing is seen."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    with open(os.devnull, "w") as nowhere:
        for stream in (1, 2):
            os.dup2(nowhere.fileno(), stream)
    sys.meta_path.insert(0, Swap(module, source))
    options = ["-x", "-q", "--assert=plain", *WITHOUT, f"--hypothesis-profile={PROFILE}"]
    with contextlib.suppress(BaseException):
        return int(pytest.main([*options, *tests]))
    return 1
