"""A policy with all that a policy may have, as values of the chart."""

from typing import Any

POLICY: dict[str, Any] = {
    "mode": "audit",
    "namespaceLabels": True,
    "rules": [
        {
            "name": "vendors",
            "match": {"images": ["docker.io/library/*"], "kinds": ["Pod"], "serviceAccounts": ["default"]},
            "action": "warn",
        },
        {
            "name": "dev",
            "match": {"namespaces": ["dev-*"], "namespaceLabels": {"env": "dev"}},
            "mode": "warn",
            "counting": "distinct",
            "onlyFixable": True,
            "newFindingsGrace": "168h",
        },
        {"name": "default"},
    ],
    "exemptions": [
        {"reason": "no fix", "owner": "shop", "expires": "2027-01-31", "images": ["cr.yandex/crp1/**"]},
        {"reason": "no fix", "owner": "shop", "expires": "2027-01-31", "digests": ["sha256:" + "0" * 64]},
        {"reason": "no fix", "owner": "shop", "expires": "2027-01-31T00:00:00Z", "namespaces": ["legacy"]},
    ],
    "ignoredVulnerabilities": [
        {
            "id": "CVE-2026-12345",
            "reason": "not reachable",
            "owner": "shop",
            "expires": "2027-01-31",
            "images": ["cr.yandex/**"],
            "packages": ["perl-*"],
        }
    ],
}
