"""Policies by chance."""

from collections.abc import Callable, Sequence
from typing import Any

from tests.processes import Document

Pick = Callable[[Sequence[Any]], Any]
"""Chooses one of several: Hypothesis, or a generator with a seed."""

DURATIONS = ("24h", "168h", "168h", "1000h", "0s")
ENDS = ("2026-11-20", "2026-11-24", "2026-11-26", "2027-06-30", "2026-11-24T11:00:00Z", "2026-11-24T13:00:00Z")
IMAGE_PATTERNS = ("**", "cr.yandex/**", "cr.yandex/crp1/shop/*", "cr.yandex/crp2/base", "docker.io/library/*", "*/*/*")
IDS = ("CVE-1", "CVE-2", "CVE-3")
SEVERITIES = ("CRITICAL", "HIGH", "LOW", "UNDEFINED")


def some(pick: Pick, options: Sequence[Any], most: int = 2) -> list[Any]:
    """Return one or more of several, each once."""
    return list(dict.fromkeys(pick(options) for _ in range(pick(range(1, most + 1)))))


def policy(pick: Pick) -> Document:
    """Return a ScanPolicy."""
    rules = [_rule(pick, f"rule-{number}") for number in range(pick([1, 1, 2, 3]))]
    exemptions = [_exception(pick) | _exempted(pick) for _ in range(pick([0, 0, 0, 1, 2]))]
    ignored = [_exception(pick) | _ignored(pick) for _ in range(pick([0, 0, 1, 2]))]
    return {
        "apiVersion": "scangate.dev/v1",
        "kind": "ScanPolicy",
        "rules": rules,
        "exemptions": exemptions,
        "ignoredVulnerabilities": ignored,
    }


def _rule(pick: Pick, name: str) -> Document:
    match = _match(pick) if pick([True, True, False]) else {}
    rule: Document = {"name": name, "mode": pick(["enforce"] * 4 + ["warn", "audit"])}
    if match:
        rule["match"] = match
    actions = ["judge"] * 6 + ["deny"] + (["allow", "warn"] if match.get("images") else [])
    return rule | {"action": pick(actions)} | _judging(pick)


def _judging(pick: Pick) -> Document:
    limits = {severity.lower(): pick([0, 1, 2, "unlimited"]) for severity in some(pick, SEVERITIES, 4)}
    optional = {
        "limits": limits,
        "counting": "distinct",
        "onlyFixable": True,
        "newFindingsGrace": pick(DURATIONS),
        "maxScanAge": pick(["24h", "168h", "1000h", "unlimited"]),
        "absentCounts": "deny",
        "requireLatest": True,
        "scanOnMissing": True,
        "onMissing": pick(["warn", "allow"]),
        "onUnfinished": pick(["warn", "allow"]),
        "onFailed": pick(["warn", "allow"]),
        "onUnavailable": pick(["warn", "allow"]),
        "onUnpinned": pick(["warn", "allow", "resolve", "resolve"]),
    }
    often = ["limits"] * 4 + ["newFindingsGrace", "maxScanAge", "onUnpinned", "counting", "absentCounts"] * 2
    always = pick([[], [], ["newFindingsGrace"], ["onUnpinned"]])
    return {key: optional[key] for key in [*always, *some(pick, [*often, *optional], 6)]}


def _match(pick: Pick) -> Document:
    optional: Document = {
        "namespaces": some(pick, ["shop", "prod-*", "*", "lab"]),
        "namespaceLabels": pick([{"env": "dev"}, {"env": "prod", "team": "a"}]),
        "images": some(pick, IMAGE_PATTERNS),
        "kinds": some(pick, ["Pod", "Deployment", "CronJob", "Rollout.argoproj.io"]),
        "serviceAccounts": some(pick, ["default", "robot-*"]),
    }
    return {key: optional[key] for key in some(pick, ["images", "images", *optional])}


def _exception(pick: Pick) -> Document:
    return {"reason": "known", "owner": "shop", "expires": pick(ENDS)}


def _exempted(pick: Pick) -> Document:
    optional = {"images": some(pick, IMAGE_PATTERNS), "namespaces": some(pick, ["shop", "prod-*"])}
    return {key: optional[key] for key in some(pick, list(optional))}


def _ignored(pick: Pick) -> Document:
    optional = {"images": some(pick, IMAGE_PATTERNS), "packages": some(pick, ["zlib", "b*"])}
    chosen = some(pick, list(optional)) if pick([True, False]) else []
    return {"id": pick(IDS)} | {key: optional[key] for key in chosen}
