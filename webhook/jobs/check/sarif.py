"""Results for code scanning: SARIF 2.1.0 (OASIS), written by hand since the few keys that are used need no library."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from webhook.core.guidance import section
from webhook.core.policy import Action, Mode
from webhook.core.printable import printable
from webhook.core.reasons import REMEDIES, Fault, Reason
from webhook.core.records import render_indented
from webhook.core.response import explain
from webhook.core.verdict import Finding
from webhook.jobs.check.judging import Result
from webhook.jobs.check.places import line_of

VERSION = "2.1.0"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
NAME = "scangate"

_FAULTS = {Fault.INVALID_REVIEW: "Correct the object: an API server would refuse it, too."}


def render_sarif(results: Sequence[Result], *, version: str, reasons_url: str = "") -> str:
    """Return the results that do not simply pass; *version* is Scangate's, and remedies are at *reasons_url*."""
    found = [one for result in results for one in _results(result)]
    rules = sorted({one["ruleId"] for one in found})
    for one in found:
        one["ruleIndex"] = rules.index(one["ruleId"])
    driver = {"name": NAME, "version": version, "rules": [_rule(rule, reasons_url) for rule in rules]}
    log = {"$schema": SCHEMA, "version": VERSION, "runs": [{"tool": {"driver": driver}, "results": found}]}
    return f"{render_indented(log)}\n"


def _rule(name: str, reasons_url: str) -> dict[str, Any]:
    remedies = {reason.value: remedy for reason, remedy in (*REMEDIES.items(), *_FAULTS.items())}
    rule = {"id": name, "shortDescription": {"text": f"Scangate: {name}"}, "help": {"text": remedies[name]}}
    # A `helpUri` must be absolute (3.49.12).
    link = section(reasons_url, Reason(name)) if name in set(Reason) and "://" in reasons_url else None
    return rule if link is None else rule | {"helpUri": link}


def _results(result: Result) -> Iterator[dict[str, Any]]:
    if isinstance(result.outcome, Fault):
        yield _result(result, result.outcome, text=f"{result.outcome}: {printable(result.message)}")
    for finding in result.findings:
        if finding.action is not Action.ALLOW:
            yield _result(result, finding.reason, text=explain(finding), finding=finding)


def _result(result: Result, reason: Reason | Fault, *, text: str, finding: Finding | None = None) -> dict[str, Any]:
    image = "" if finding is None else finding.image.text
    mark = "\n".join((result.object.source, result.name, image, reason))
    return {
        "ruleId": reason.value,
        "level": _level(finding),
        "message": {"text": text},
        "locations": [_location(result, finding)],
        # By it, code scanning knows a result again though lines have moved.
        "partialFingerprints": {"scangate/v1": hashlib.sha256(mark.encode(errors="replace")).hexdigest()},
    }


def _level(finding: Finding | None) -> str:
    """Return how bad it is: an error where the object would be denied."""
    if finding is None or not finding.allowed:
        return "error"
    return "note" if finding.rule.mode is Mode.AUDIT else "warning"


def _location(result: Result, finding: Finding | None) -> dict[str, Any]:
    logical = {"logicalLocations": [{"fullyQualifiedName": printable(result.name), "kind": "resource"}]}
    line = line_of(result, finding)
    if line is None or not result.object.in_file:
        return logical
    region = {"startLine": line}
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(result)}, "region": region}, **logical}


def _uri(result: Result) -> str:
    """Write the path of a file as a URI; relative where it is."""
    path = PurePath(result.object.source)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
