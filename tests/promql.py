"""PromQL, read by a parser that knows all of it: which metrics an expression reads, and by which labels."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import promql_parser

from webhook.core.metrics import FAMILIES, Family, Sort

TARGET_LABELS = frozenset({"namespace", "pod", "service", "job", "instance", "container", "endpoint"})
"""Labels that Prometheus itself gives to all samples of a target."""

VARIABLES = {"$__rate_interval": "5m", "$namespace": ".*"}
"""What Grafana puts in place of its variables."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an expression reads."""

    metrics: frozenset[str]
    matched: frozenset[tuple[str, str]]
    """Metric and label of each matcher."""
    grouped: frozenset[str]
    """Labels by which is grouped."""
    values: frozenset[tuple[str, str]]
    """Label and value of each matcher that is not a pattern, and of each way out of one that is a list of values."""


def reading(expression: str) -> Reading:
    """Return what *expression* reads.

    Raises:
        ValueError: it is no PromQL.
    """
    for name, value in VARIABLES.items():
        expression = expression.replace(name, value)
    nodes: list[Any] = []
    promql_parser.walk(promql_parser.parse(expression), nodes.append)
    vectors = [node for node in nodes if isinstance(node, promql_parser.VectorSelector)]
    matchers = [matcher for each in vectors for matcher in each.matchers.matchers]
    matched = {(str(each.name), matcher.name) for each in vectors for matcher in each.matchers.matchers}
    groups = [node.modifier for node in nodes if isinstance(node, promql_parser.AggregateExpr) and node.modifier]
    return Reading(
        frozenset(str(each.name) for each in vectors),
        frozenset(matched),
        frozenset(label for group in groups for label in group.labels),
        frozenset((matcher.name, value) for matcher in matchers for value in matcher.value.split("|")),
    )


def unknown(read: Reading) -> Iterator[str]:
    """Yield what of it no gate exposes: metrics, and labels that they have not."""
    known = dict(_samples())
    yield from (name for name in read.metrics if name not in known)
    for name, label in read.matched:
        if name in known and label not in known[name] | TARGET_LABELS:
            yield f"{name}{{{label}}}"
    labels = frozenset[str]().union(*(known.get(name, frozenset()) for name in read.metrics)) | TARGET_LABELS
    yield from (f"by ({label})" for label in read.grouped if label not in labels)


def _samples() -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the name of each sample with its labels."""
    for family in FAMILIES:
        yield from _of(family)


def _of(family: Family) -> Iterator[tuple[str, frozenset[str]]]:
    labels = frozenset(family.labels)
    if family.sort is not Sort.HISTOGRAM:
        yield family.name, labels
        return
    yield f"{family.name}_bucket", labels | {"le"}
    yield f"{family.name}_sum", labels
    yield f"{family.name}_count", labels
