"""The faults: what one could have written instead, one at a time."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping

COMPARISONS: Mapping[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ARITHMETIC: Mapping[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
NAMES = {
    "any": "all",
    "all": "any",
    "min": "max",
    "max": "min",
    "fullmatch": "match",
    "partition": "rpartition",
    "rpartition": "partition",
    "removeprefix": "removesuffix",
    "removesuffix": "removeprefix",
    "startswith": "endswith",
    "lower": "upper",
}
"""Functions and methods that are easily taken for each other."""

MEMBERS: Mapping[str, tuple[str, ...]] = {
    "Absent": ("ZERO", "DENY"),
    "Action": ("DENY", "WARN", "ALLOW"),
    "Counting": ("FINDINGS", "DISTINCT"),
    "Fit": ("NO", "YES", "UNKNOWN"),
    "Mode": ("ENFORCE", "WARN", "AUDIT"),
    "OnUnpinned": ("DENY", "WARN", "ALLOW", "RESOLVE"),
    "Reason": ("UNAVAILABLE", "MISSING"),
    "RuleAction": ("JUDGE", "DENY", "WARN", "ALLOW"),
    "Source": ("ANNOTATION", "TABLE", "REGISTRY"),
    "Status": ("READY", "RUNNING", "ERROR"),
}
"""Of the closed lists of which decisions are made."""

_NUMBER = re.compile(r"(?<![A-Za-z0-9])[0-9]+(?![A-Za-z0-9])")


def instead(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what could stand in the place of *node*."""
    for kind, operator in _OPERATORS:
        if isinstance(node, kind):
            yield from operator(node)


def _comparison(node: ast.Compare) -> Iterator[ast.AST]:
    for place, operator in enumerate(node.ops):
        for other in COMPARISONS[type(operator)]:
            yield ast.Compare(node.left, [*node.ops[:place], other(), *node.ops[place + 1 :]], node.comparators)


def _condition(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for place in range(len(node.values)):
        rest = [*node.values[:place], *node.values[place + 1 :]]
        yield ast.BoolOp(node.op, rest) if len(rest) > 1 else rest[0]


def _negation(node: ast.UnaryOp) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.Not):
        yield node.operand


def _arithmetic(node: ast.BinOp) -> Iterator[ast.AST]:
    other = ARITHMETIC.get(type(node.op))
    if other is not None:
        yield ast.BinOp(node.left, other(), node.right)


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield from (ast.Constant(value + 1), ast.Constant(value - 1))
    elif isinstance(value, str) and " " not in value:  # with a blank it is a text for people
        yield ast.Constant(f"{value}X" if value else "X")
        bumped = _NUMBER.sub(lambda number: str(int(number[0]) + 1), value)
        if bumped != value:
            yield ast.Constant(bumped)


def _choice(node: ast.If | ast.IfExp | ast.While) -> Iterator[ast.AST]:
    for answer in (True, False):
        fields = {**dict(ast.iter_fields(node)), "test": ast.Constant(answer)}
        yield type(node)(**fields)


def _filter(node: ast.comprehension) -> Iterator[ast.AST]:
    for place in range(len(node.ifs)):
        yield ast.comprehension(node.target, node.iter, [*node.ifs[:place], *node.ifs[place + 1 :]], node.is_async)


def _result(node: ast.Return) -> Iterator[ast.AST]:
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield ast.Return(ast.Constant(None))


def _nothing(node: ast.Expr | ast.Raise | ast.AugAssign) -> Iterator[ast.AST]:
    if "assert_never" not in ast.unparse(node):
        yield ast.Pass()


def _loop(node: ast.For) -> Iterator[ast.AST]:
    yield ast.For(node.target, ast.Tuple([], ast.Load()), node.body, node.orelse)


def _cases(node: ast.Match) -> Iterator[ast.AST]:
    for place, case in enumerate(node.cases):
        if not _never(case):
            yield ast.Match(node.subject, [*node.cases[:place], *node.cases[place + 1 :]] or [case])
        if case.guard is not None:
            open_ = ast.match_case(case.pattern, None, case.body)
            yield ast.Match(node.subject, [*node.cases[:place], open_, *node.cases[place + 1 :]])


def _never(case: ast.match_case) -> bool:
    """Tell whether no value leads there."""
    return "assert_never" in ast.unparse(case)


def _name(node: ast.Call) -> Iterator[ast.AST]:
    if isinstance(node.func, ast.Name) and node.func.id in NAMES:
        yield ast.Call(ast.Name(NAMES[node.func.id], ast.Load()), node.args, node.keywords)
    if isinstance(node.func, ast.Attribute) and node.func.attr in NAMES:
        other = ast.Attribute(node.func.value, NAMES[node.func.attr], ast.Load())
        yield ast.Call(other, node.args, node.keywords)


def _member(node: ast.Attribute) -> Iterator[ast.AST]:
    members = MEMBERS.get(node.value.id, ()) if isinstance(node.value, ast.Name) else ()
    if node.attr.isupper():
        yield from (ast.Attribute(node.value, other, ast.Load()) for other in members if other != node.attr)


_OPERATORS: tuple[tuple[type[ast.AST] | tuple[type[ast.AST], ...], Callable[..., Iterator[ast.AST]]], ...] = (
    (ast.Compare, _comparison),
    (ast.BoolOp, _condition),
    (ast.UnaryOp, _negation),
    (ast.BinOp, _arithmetic),
    (ast.Constant, _constant),
    ((ast.If, ast.IfExp, ast.While), _choice),
    (ast.comprehension, _filter),
    (ast.Return, _result),
    ((ast.Expr, ast.Raise, ast.AugAssign), _nothing),
    (ast.For, _loop),
    (ast.Match, _cases),
    (ast.Call, _name),
    (ast.Attribute, _member),
)
