"""The JSON Schema of a ScanPolicy: for editors, and for whoever writes policies by program."""

from typing import Any

import msgspec

from webhook.core.policy_schema import PolicyText

SCHEMA_ID = "https://scangate.dev/schemas/v1/scan-policy.schema.json"

_PATTERN = "'*' stands for any characters of a name, or of one part of a path"
_EXPIRES = "The last day on which it counts, in UTC, such as 2026-12-31; or a time, 2026-12-31T18:00:00Z."
_ACTION = "deny, warn: admit with a warning, or allow."

DESCRIPTIONS: dict[str, dict[str, str]] = {
    "PolicyText": {
        "apiVersion": "The version of this format.",
        "kind": "What this document is.",
        "rules": "The first one that matches an image decides; what none matches is judged by a rule that denies.",
        "exemptions": "Images that may run whatever is found in them, until a day.",
        "ignoredVulnerabilities": "Vulnerabilities that do not count, until a day.",
    },
    "RuleText": {
        "name": "Its name in messages and records, once in a policy: 1 to 63 characters of a-z, 0-9 and -.",
        "match": "Which images it is about; all where this is left out.",
        "action": "judge: look the scan up and judge it; deny, warn or allow: decide without a scan.",
        "mode": "enforce: refuse; warn: admit with a warning; audit: admit, and only record it.",
        "limits": "The greatest count of each severity that passes.",
        "counting": "findings: as the scanner counts, a CVE once for each package; distinct: each CVE once.",
        "onlyFixable": "Whether vulnerabilities without a fix are left out of the counts.",
        "newFindingsGrace": "How long an image still passes that an earlier scan found within the limits: 168h.",
        "maxScanAge": "How old a scan may be, such as 720h, or unlimited.",
        "absentCounts": "How to take a finished scan without any counters.",
        "requireLatest": "Whether the newest scan of the image decides even where an older one is named.",
        "scanOnMissing": "Whether the gate asks for a scan of an image that has none. Scans cost money.",
        "onMissing": f"No scan is known, or the named one is gone: {_ACTION}",
        "onUnfinished": f"The scan is still running: {_ACTION}",
        "onFailed": f"The scan ended with an error: {_ACTION}",
        "onUnavailable": f"The registry does not answer: {_ACTION}",
        "onUnpinned": "The image is not named by digest: deny, warn, allow, or resolve: judge what the tag names now.",
    },
    "MatchText": {
        "namespaces": f"Names of namespaces; {_PATTERN}.",
        "namespaceLabels": "Labels that the namespace must have, all of them.",
        "images": f"Registry and repository, such as docker.io/library/*; {_PATTERN}, and ** for any number of parts.",
        "kinds": "Kinds of the object in the request: Pod, Deployment, Rollout.argoproj.io.",
        "serviceAccounts": f"Service accounts that the pod runs as; {_PATTERN}.",
    },
    "Limits": {
        name: f"The greatest count of {name} vulnerabilities that passes; a whole number from 0, or unlimited."
        for name in ("critical", "high", "medium", "low", "negligible", "undefined")
    },
    "ExemptionText": {
        "reason": "Why it is needed.",
        "owner": "Who answers for it.",
        "expires": _EXPIRES,
        "images": f"Registry and repository of images; {_PATTERN}, and ** for any number of parts.",
        "digests": "Digests of images.",
        "namespaces": f"Names of namespaces; {_PATTERN}.",
    },
    "IgnoredText": {
        "id": "The id of the vulnerability, such as CVE-2026-12345.",
        "reason": "Why it does not count.",
        "owner": "Who answers for it.",
        "expires": _EXPIRES,
        "images": "Images in which it does not count; all where this is left out.",
        "packages": f"Packages in which it does not count; {_PATTERN}. All where this is left out.",
    },
}
"""What each key is for, by the type that has it; a test holds this complete."""


def render_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a policy file, with a description of every key."""
    schema = msgspec.json.schema(PolicyText)
    parts = {name: _described(name, part) for name, part in schema["$defs"].items()}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, "title": "ScanPolicy"}
    return {**head, "$ref": schema["$ref"], "$defs": parts}


def _described(name: str, part: dict[str, Any]) -> dict[str, Any]:
    """Add what each key is for, in place of what its type says of itself."""
    if "properties" not in part:
        return part
    texts = DESCRIPTIONS.get(name, {})
    keys = {
        key: {**value, "description": texts.get(key, value.get("description", ""))}
        for key, value in part["properties"].items()
    }
    return {**part, "properties": keys}
