"""ARCHITECTURE.md, the map."""

import re
import tomllib

from tests.documents import ROOT, text

MODULES = {path.name for path in (ROOT / "webhook").rglob("*.py") if path.name != "__init__.py"}
LISTED = set(re.findall(r"─ (\w+\.py) ", text("ARCHITECTURE.md")))


def test_it_names_each_module() -> None:
    """No module is missing from the map, and none is on it that is not there."""
    assert LISTED == MODULES


def test_it_says_why_each_dependency_is_there() -> None:
    """Exactly the packages of pyproject.toml stand under "Dependencies"."""
    project = tomllib.loads(text("pyproject.toml"))["project"]
    required = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    explained = text("ARCHITECTURE.md").partition("\n## Dependencies\n")[2]

    for requirement in required:
        name = re.split(r"[<>=!~\[ ]", requirement)[0]
        assert re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", explained), name
