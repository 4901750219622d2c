"""PromQL, evaluated on what a gate exposes: as much of it as alerts about gauges use."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import promql_parser

from tests.scrapes import Scrape

Labels = frozenset[tuple[str, str]]
Vector = dict[Labels, float]
Value = float | Vector

AGGREGATES: Mapping[str, Callable[[Iterable[float]], float]] = {"min": min, "max": max, "sum": sum}

OPERATORS: Mapping[str, Callable[[float, float], float | bool]] = {
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "==": lambda left, right: left == right,
}


def fires(expression: str, scrape: Scrape, now: float) -> bool:
    """Tell whether an alert with this expression has a result at the time *now*."""
    found = _value(promql_parser.parse(expression), scrape, now)
    assert isinstance(found, dict), expression
    return bool(found)


def _value(node: Any, scrape: Scrape, now: float) -> Value:
    match node:
        case promql_parser.NumberLiteral():
            return float(node.val)
        case promql_parser.ParenExpr():
            return _value(node.expr, scrape, now)
        case promql_parser.Call() if node.func.name == "time":
            return now
        case promql_parser.VectorSelector():
            return _selected(node, scrape)
        case promql_parser.AggregateExpr():
            return _aggregated(node, _value(node.expr, scrape, now))
        case promql_parser.BinaryExpr():
            return _joined(str(node.op), _value(node.lhs, scrape, now), _value(node.rhs, scrape, now))
        case _:
            raise AssertionError(f"nobody evaluates {node}")


def _selected(node: Any, scrape: Scrape) -> Vector:
    """Return the samples. They have no namespace yet, which Prometheus gives them; each other matcher is of a value."""
    wanted = {each.name: each.value for each in node.matchers.matchers if each.name != "namespace"}
    return {frozenset(one.labels.items()): one.value for one in scrape.matching(str(node.name), **wanted)}


def _aggregated(node: Any, vector: Value) -> Vector:
    assert isinstance(vector, dict)
    by = frozenset(node.modifier.labels) if node.modifier else frozenset()
    groups: dict[Labels, list[float]] = {}
    for labels, value in vector.items():
        groups.setdefault(frozenset(pair for pair in labels if pair[0] in by), []).append(value)
    aggregate = AGGREGATES[str(node.op)]
    return {labels: aggregate(values) for labels, values in groups.items()}


def _joined(operator: str, left: Value, right: Value) -> Value:
    """Apply an operator to numbers, or to a vector and a number; a comparison leaves out what it is not true of."""
    apply = OPERATORS[operator]
    match left, right:
        case dict(), float():
            results = {labels: (value, apply(value, right)) for labels, value in left.items()}
        case float(), dict():
            results = {labels: (value, apply(left, value)) for labels, value in right.items()}
        case float(), float():
            return float(apply(left, right))
        case _:
            raise AssertionError("nobody joins two vectors")
    return {
        labels: value if isinstance(result, bool) else result
        for labels, (value, result) in results.items()
        if result is not False
    }
