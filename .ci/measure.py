"""Measure what no linter measures: the length of files and functions, and that the tests mirror the package."""

import ast
import io
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

MAX_FILE_LINES = 200
MAX_FUNCTION_LINES = 25
"""Lines with code: docstrings, comments, blank lines and decorators do not count."""

NOT_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
NOT_MIRRORED = {"__init__", "__main__"}


def findings(root: Path) -> Iterator[str]:
    """Yield what is wrong in the package, its tests and the scripts of the build below *root*."""
    for folder in ("webhook", "tests", "bench", "charts", "fuzz", "mutation", ".ci"):
        for file in sorted((root / folder).rglob("*.py")):
            yield from _lengths(file, str(file.relative_to(root)))
    for module in sorted((root / "webhook").rglob("*.py")):
        path = module.relative_to(root / "webhook")
        test = Path("tests", path.with_name(f"test_{path.name}"))
        if path.stem not in NOT_MIRRORED and not (root / test).exists() and _does_something(module):
            yield f"webhook/{path}: has no {test}"


def _does_something(module: Path) -> bool:
    """Tell whether a module has anything to test: one that only declares Protocols has not."""
    body = ast.parse(module.read_text(encoding="utf-8")).body
    classes = [node for node in body if isinstance(node, ast.ClassDef)]
    protocols = all(
        any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases) for node in classes
    )
    return not (classes and protocols) or any(isinstance(node, ast.FunctionDef) for node in body)


def _lengths(file: Path, name: str) -> Iterator[str]:
    source = file.read_text(encoding="utf-8")
    lines = source.count("\n")
    if lines > MAX_FILE_LINES:
        yield f"{name}: {lines} lines, more than {MAX_FILE_LINES}"
    tree = ast.parse(source)
    code = _lines_with_code(source) - _lines_of_docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = len(code & set(range(node.lineno, (node.end_lineno or 0) + 1)))
            if size > MAX_FUNCTION_LINES:
                yield f"{name}:{node.lineno}: {node.name} has {size} lines of code, more than {MAX_FUNCTION_LINES}"


def _lines_with_code(source: str) -> set[int]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    spans = (range(token.start[0], token.end[0] + 1) for token in tokens if token.type not in NOT_CODE)
    return {line for span in spans for line in span}


def _lines_of_docstrings(tree: ast.AST) -> set[int]:
    """Return the lines of every string that stands alone: docstrings, and those under fields."""
    alone = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    )
    return {line for node in alone for line in range(node.lineno, (node.end_lineno or 0) + 1)}


if __name__ == "__main__":
    found = list(findings(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
    print("\n".join(found) or "Sizes are within bounds, and every module has its test module.")
    sys.exit(bool(found))
