"""Why a rule is about an image: every rule up to it with what does not fit, and the exceptions that apply."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime

from webhook.core.columns import columns
from webhook.core.evidence import SEVERITIES
from webhook.core.exemptions import Grounds
from webhook.core.images import ImageReference
from webhook.core.matching import EVERYTHING, Fit, Labels, Match, Workload
from webhook.core.pods import Image, Malformed
from webhook.core.policy import Policy, Rule, RuleAction, Ruling
from webhook.core.printable import printable
from webhook.core.workloads import Kind

_KEYS = {
    "namespaces": "namespaces",
    "namespace_labels": "namespaceLabels",
    "images": "images",
    "kinds": "kinds",
    "service_accounts": "serviceAccounts",
}

_SHOWN = 4
"""Patterns of a rule that are named where none of them fits."""


@dataclass(frozen=True, slots=True)
class Subject:
    """An image of a workload, and what is known of its namespace."""

    workload: Workload
    labels: Labels | None
    image: Image

    @property
    def reference(self) -> ImageReference | None:
        """The image as it was understood; None where it cannot be."""
        return self.image.known_reference

    def fit(self, match: Match) -> Fit:
        """Tell whether *match* is about it."""
        return match.fit(self.workload, self.labels, self.reference)


def explain(policy: Policy, subject: Subject, now: datetime) -> tuple[str, ...]:
    """Say which rule of *policy* is about an image, and why."""
    ruling = policy.ruling(subject.workload, subject.labels, subject.reference)
    return (
        *_subject(subject),
        "",
        *_rules(policy, subject),
        "",
        *_ruling(ruling),
        *_exceptions(ruling, now),
    )


def _subject(subject: Subject) -> Iterator[str]:
    workload, reference = subject.workload, subject.image.reference
    yield f"Image      {printable(subject.image.text)}"
    match reference:
        case Malformed(gap, detail):
            yield f"           cannot be read: {gap}: {detail}"
        case ImageReference():
            yield f"           is {reference.registry}/{reference.repository}"
    labels = subject.labels
    shown = "not known" if labels is None else ", ".join(f"{key}={value}" for key, value in sorted(labels.items()))
    yield f"Namespace  {printable(workload.namespace)}, labels {shown or 'none'}"
    yield f"Kind       {workload.kind}, service account {printable(workload.service_account)}"


def _rules(policy: Policy, subject: Subject) -> Iterator[str]:
    rows = []
    for rule in policy.rules:
        fit = subject.fit(rule.match)
        rows.append((f"rule {rule.name}", _words(rule.match, fit, subject)))
        if fit is not Fit.NO:
            break
    else:
        rows.append(("built-in rule default", "matches: no rule of the policy does"))
    yield from columns(rows, indent="")


def _words(match: Match, fit: Fit, subject: Subject) -> str:
    match fit:
        case Fit.YES:
            return "matches everything" if match.everything else "matches"
        case Fit.UNKNOWN:
            return f"may match: it asks for {_wanted(match, 'namespace_labels')}, and labels are not known"
        case Fit.NO:
            wrong = (name for name in _KEYS if subject.fit(_only(match, name)) is Fit.NO)
            return "; ".join(f"{_KEYS[name]}: {_wanted(match, name)} does not fit" for name in wrong)


def _only(match: Match, name: str) -> Match:
    """Return the part of a match that one key makes."""
    return replace(EVERYTHING, **{name: getattr(match, name)})


def _wanted(match: Match, name: str) -> str:
    texts = [_text(one) for one in getattr(match, name)]
    more = len(texts) - _SHOWN
    return " | ".join(texts[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _text(one: object) -> str:
    if isinstance(one, tuple):
        return "=".join(one)
    return str(one) if isinstance(one, Kind) else str(getattr(one, "text", one))


def _ruling(ruling: Ruling) -> Iterator[str]:
    rule = ruling.rule
    if not ruling.sure:
        yield "The gate refuses the image as namespace-unknown as long as the labels are not known."
        return
    yield f"Action     {rule.action}"
    yield f"Mode       {rule.mode}"
    if rule.action is RuleAction.JUDGE:
        yield f"Limits     {', '.join(f'{name} {getattr(rule.limits, name)}' for name in SEVERITIES)}"
        yield from _switches(rule)


def _switches(rule: Rule) -> Iterator[str]:
    """Name what is not as it is by default."""
    default = Rule(name=rule.name)
    left_out = {"name", "match", "action", "mode", "limits"}
    changed = [field.name for field in fields(Rule) if field.name not in left_out]
    changed = [name for name in changed if getattr(rule, name) != getattr(default, name)]
    if changed:
        yield f"Also       {', '.join(f'{_camel(name)} {_value(getattr(rule, name))}' for name in changed)}"


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(map(str.capitalize, rest))


def _value(value: object) -> str:
    if hasattr(value, "total_seconds"):
        return f"{value.total_seconds() / 3600:g}h"
    return "unlimited" if value is None else str(value).lower()


def _exceptions(ruling: Ruling, now: datetime) -> Iterator[str]:
    for exemption in ruling.exceptions.exemptions:
        yield f"Exempt     {_grounds(exemption.grounds, now)}"
    for ignored in ruling.exceptions.ignored:
        packages = f" in packages {' | '.join(one.text for one in ignored.packages)}" if ignored.packages else ""
        yield f"Ignored    {ignored.id}{packages} {_grounds(ignored.grounds, now)}"


def _grounds(grounds: Grounds, now: datetime) -> str:
    word = "ended on" if grounds.ended(now) else "until"
    return f"{word} {grounds.end}, by {printable(grounds.owner, limit=63)}: {printable(grounds.reason)}"
