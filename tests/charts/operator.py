"""The shapes of the Prometheus operator's objects, as far as the chart has a use for them.

Source: monitoring.coreos.com/v1, "API reference" of prometheus-operator.
"""

from typing import Any

Schema = dict[str, Any]


def _object(required: list[str], **properties: Schema) -> Schema:
    """Return the schema of an object that has no other fields."""
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": required}


STRINGS: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
DURATION: Schema = {
    "type": "string",
    "pattern": r"^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$",
}
ACTIONS = ["replace", "keep", "drop", "hashmod", "labelmap", "labeldrop", "labelkeep", "lowercase", "uppercase"]
RELABELINGS: Schema = {
    "type": "array",
    "items": _object(
        [],
        action={"enum": ACTIONS},
        sourceLabels={"type": "array", "items": {"type": "string"}},
        targetLabel={"type": "string"},
        regex={"type": "string"},
        replacement={"type": "string"},
        separator={"type": "string"},
        modulus={"type": "integer"},
    ),
}

SERVICE_MONITOR = _object(
    ["endpoints", "selector"],
    endpoints={
        "type": "array",
        "items": _object(
            [],
            port={"type": "string"},
            path={"type": "string"},
            scheme={"enum": ["http", "https"]},
            interval=DURATION,
            scrapeTimeout=DURATION,
            relabelings=RELABELINGS,
            metricRelabelings=RELABELINGS,
        ),
    },
    selector=_object([], matchLabels=STRINGS),
    namespaceSelector=_object([], matchNames={"type": "array", "items": {"type": "string"}}),
)
"""`spec` of a ServiceMonitor."""

_ALERT = _object(
    ["alert", "expr"], alert={"type": "string"}, expr={"type": "string"}, labels=STRINGS, annotations=STRINGS,
    **{"for": DURATION},
)  # fmt: skip
_RECORD = _object(["record", "expr"], record={"type": "string"}, expr={"type": "string"}, labels=STRINGS)

PROMETHEUS_RULE = _object(
    ["groups"],
    groups={
        "type": "array",
        "items": _object(
            ["name"],
            name={"type": "string", "minLength": 1},
            interval=DURATION,
            rules={"type": "array", "items": {"oneOf": [_ALERT, _RECORD]}},
        ),
    },
)
"""`spec` of a PrometheusRule."""
