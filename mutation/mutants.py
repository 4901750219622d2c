"""A module with one fault, for each fault that could be in it."""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from mutation.operators import instead

MAX_SHOWN = 160


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one fault."""

    line: int
    what: str
    """The code as it was and as it is now; names the mutant among all of its module."""
    source: str


def mutants(source: str) -> Iterator[Mutant]:
    """Yield every mutant of *source*. Types, docstrings and texts for people are left as they are."""
    tree = ast.parse(source)
    names: Counter[str] = Counter()
    for parent, field, place, node in list(_places(tree, "")):
        for other in instead(node.node):
            _put(parent, field, place, other)
            what = f"{node.within}: {_shown(node.node)} -> {_shown(other)}"
            names[what] += 1
            yield Mutant(node.line, what if names[what] == 1 else f"{what} #{names[what]}", _written(tree))
        _put(parent, field, place, node.node)


@dataclass(frozen=True, slots=True)
class _Node:
    node: ast.AST
    within: str
    line: int


_Place = tuple[ast.AST, str, int | None, _Node]

_TYPES = {"annotation", "returns", "bases", "decorator_list", "type_params"}


def _places(parent: ast.AST, within: str) -> Iterator[_Place]:
    """Yield every place in which another node could stand."""
    for field, value in ast.iter_fields(parent):
        # How a class is made is told by decorators or by keywords; that values are frozen has a test of its own.
        of_a_class = isinstance(parent, ast.ClassDef) and field == "keywords"
        if field in _TYPES or of_a_class or isinstance(parent, ast.FormattedValue):
            continue
        nodes = value if isinstance(value, list) else [value]
        for place, node in enumerate(nodes):
            if isinstance(node, ast.AST) and not _is_text(node):
                name = f"{within}.{node.name}" if isinstance(node, ast.FunctionDef | ast.ClassDef) else within
                at = place if isinstance(value, list) else None
                yield parent, field, at, _Node(node, name.removeprefix("."), _line(node))
                yield from _places(node, name)


def _line(node: ast.AST) -> int:
    """Return the line of a node; of one that has none, that of the first part of it that has."""
    return next((line for part in ast.walk(node) if (line := getattr(part, "lineno", 0))), 0)


def _is_text(node: ast.AST) -> bool:
    """Tell whether *node* is a docstring, a text with values in it, or a type."""
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    named = isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and "NewType" in ast.unparse(node.value)
    return docstring or named or isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom)


def _put(parent: ast.AST, field: str, place: int | None, node: ast.AST) -> None:
    if place is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[place] = node


def _written(tree: ast.Module) -> str:
    return ast.unparse(ast.fix_missing_locations(tree))


def _shown(node: ast.AST) -> str:
    """Return the code of a node in one line: of a statement with a body, its head."""
    text = ast.unparse(ast.fix_missing_locations(node))
    if isinstance(node, ast.Match):
        text = "match " + "; ".join(ast.unparse(case).partition("\n")[0].strip() for case in node.cases)
    elif isinstance(node, ast.stmt):
        text = text.partition("\n")[0]
    text = " ".join(text.split())
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 3]}..."
