"""The two kinds of policy reports, as far as they are written here, strictly: in a cluster and for JSON Schema.

Written from the documentation of the fields, with nothing in it that is not used; of the words that versions of the
API differ in, only those that all of them know.
"""

import copy
from typing import Any

from webhook.core.policy_reports import ReportApi

Document = dict[str, Any]

TEXT: Document = {"type": "string"}
NUMBER: Document = {"type": "integer"}


def _object(properties: dict[str, Document], *required: str) -> Document:
    more = {"required": list(required)} if required else {}
    return {"type": "object", "properties": properties, **more}


_REFERENCE = _object(dict.fromkeys(("apiVersion", "kind", "name", "namespace", "uid"), TEXT))
_RESULT = _object(
    {
        **dict.fromkeys(("source", "policy", "rule", "category", "message"), TEXT),
        "result": {"type": "string", "enum": ["pass", "fail", "warn", "error", "skip"]},
        "severity": {"type": "string", "enum": ["high", "medium", "low"]},
        "scored": {"type": "boolean"},
        "properties": {"type": "object", "additionalProperties": TEXT},
        "timestamp": _object({"seconds": NUMBER, "nanos": NUMBER}, "seconds", "nanos"),
    },
    "policy",
)
_SUMMARY = _object(dict.fromkeys(("pass", "fail", "warn", "error", "skip"), NUMBER))


def _fields(api: ReportApi) -> dict[str, Document]:
    top = {"source": TEXT} if api is ReportApi.OPEN_REPORTS else {}
    return {"scope": _REFERENCE, "summary": _SUMMARY, "results": {"type": "array", "items": _RESULT}, **top}


def report_schema(api: ReportApi) -> Document:
    """Return the JSON Schema of a report, by which every unknown field is wrong."""
    metadata: Document = {"apiVersion": TEXT, "kind": TEXT, "metadata": {"type": "object"}}
    schema = _object({**metadata, **_fields(api)}, *metadata)
    return _closed(copy.deepcopy(schema), open_ones=("metadata",))


def custom_resource(api: ReportApi) -> Document:
    """Return the CustomResourceDefinition of a kind of reports."""
    names = {"kind": api.kind, "listKind": f"{api.kind}List", "plural": api.plural, "singular": api.kind.lower()}
    version = {
        "name": api.version,
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": _object(_fields(api))},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": f"{api.plural}.{api.value}",
            # Which every name below *.k8s.io has to have; as those who publish this one have it.
            "annotations": {"api-approved.kubernetes.io": "unapproved, for tests"},
        },
        "spec": {"group": api.value, "names": names, "scope": "Namespaced", "versions": [version]},
    }


def _closed(schema: Document, open_ones: tuple[str, ...]) -> Document:
    """Forbid what is not named in a schema, and in all of its parts but *open_ones*."""
    if schema.get("type") == "object" and "additionalProperties" not in schema:
        schema["additionalProperties"] = False
        for name, part in schema.get("properties", {}).items():
            if name not in open_ones:
                _closed(part, open_ones)
    if "items" in schema:
        _closed(schema["items"], open_ones)
    return schema
