"""Which rule of a policy is about an image, and in which mode."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.oracle.references import Reference, fits_image, fits_name
from tests.oracle.reviews import Asked

Document = Any
"""A rule or a policy, as people write it."""

BUILT_IN: Document = {"name": "default"}
"""What no rule matches is judged by this one."""

STRICTEST = ("enforce", "warn", "audit")


@dataclass(frozen=True, slots=True)
class Setting:
    """What surrounds an image: who asks for it, and what is known of the namespace."""

    asked: Asked
    labels: Mapping[str, str] | None
    """Of the namespace; None where they are not known."""


def rules_of(policy: Document) -> list[Document]:
    """Return the rules that there are, the built-in one last."""
    return [*(policy.get("rules") or ()), BUILT_IN]


def mode_of(rule: Document) -> str:
    """Return what a denial of a rule amounts to."""
    return str(rule.get("mode", "enforce"))


def strictest(policy: Document) -> str:
    """Return the strictest mode that any rule of a policy has; the built-in one is in force where none matches all."""
    rules = rules_of(policy)
    if not all(rule.get("match") for rule in rules[:-1]):
        rules = rules[:-1]
    return min(map(mode_of, rules), key=STRICTEST.index)


def deciding(policy: Document, setting: Setting, reference: Reference) -> Document | None:
    """Return the first rule that matches; None where that depends on labels that are not known."""
    for rule in rules_of(policy):
        match = rule.get("match") or {}
        if not _fits(match, setting.asked) or not _any_image(match.get("images"), reference):
            continue
        wanted = match.get("namespaceLabels")
        if wanted and setting.labels is None:
            return None
        if not wanted or wanted.items() <= (setting.labels or {}).items():
            return rule
    raise AssertionError("the built-in rule matches everything")


def modes_of_unreadable(policy: Document, setting: Setting) -> Iterator[str]:
    """Return what a denial may amount to of an image that cannot be read, and may be any.

    Where a rule with patterns of images comes before the one that matches, the strictest mode of the policy counts.
    """
    for rule in rules_of(policy):
        match = rule.get("match") or {}
        if not _fits(match, setting.asked):
            continue
        wanted = match.get("namespaceLabels")
        if match.get("images") or (wanted and setting.labels is None):
            yield strictest(policy)
            return
        if not wanted or wanted.items() <= (setting.labels or {}).items():
            yield mode_of(rule)
            return


def _fits(match: Document, asked: Asked) -> bool:
    """Tell whether everything fits but the image and the labels."""
    wanted = (("namespaces", asked.namespace), ("serviceAccounts", asked.service_account))
    kinds = match.get("kinds")
    return (not kinds or asked.kind in kinds) and all(
        not match.get(key) or any(fits_name(pattern, name) for pattern in match[key]) for key, name in wanted
    )


def _any_image(patterns: list[str] | None, reference: Reference) -> bool:
    return not patterns or any(fits_image(pattern, reference) for pattern in patterns)
