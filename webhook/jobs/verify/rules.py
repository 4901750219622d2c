"""Which requests the gate is asked about: operations, groups, versions, resources, scope."""

import itertools
from collections.abc import Iterator

from webhook.core.printable import printable
from webhook.core.registration import Rule, Webhook
from webhook.jobs.verify.finding import Effect

ANY = "*"


def rules(expected: Webhook, live: Webhook) -> Iterator[tuple[Effect, str]]:
    """Say what is not asked about any more, and what more is."""
    for missing in _uncovered(expected.rules, live.rules):
        yield Effect.BYPASS, f"rules leave out {missing}"
    for added in _uncovered(live.rules, expected.rules):
        yield Effect.NOTE, f"rules also cover {added}"
    if expected.match_policy != live.match_policy:
        yield from _match_policy(live.match_policy)


def _match_policy(policy: str) -> Iterator[tuple[Effect, str]]:
    if policy == "Equivalent":
        yield Effect.NOTE, "matchPolicy is Equivalent: the same objects in other API versions are judged, too"
    else:
        text = f"matchPolicy is {printable(policy)}: the same objects in another API version are not judged"
        yield Effect.BYPASS, text


def _uncovered(wanted: tuple[Rule, ...], given: tuple[Rule, ...]) -> Iterator[str]:
    """Yield each request of *wanted* that no rule of *given* covers, in words and each once."""
    parts = dict.fromkeys(part for rule in wanted for part in _parts(rule))
    covering = [part for rule in given for part in _parts(rule)]
    for part in parts:
        if not any(_covers(other, part) for other in covering):
            operation, group, version, resource, scope = map(printable, part)
            place = "/".join(filter(None, (group, version, resource)))
            yield f"{operation} of {place}" + ("" if scope == ANY else f" (scope {scope})")


Part = tuple[str, str, str, str, str]
"""Operation, group, version, resource, scope."""


def _parts(rule: Rule) -> Iterator[Part]:
    return itertools.product(rule.operations, rule.api_groups, rule.api_versions, rule.resources, (rule.scope,))


def _covers(given: Part, wanted: Part) -> bool:
    operation, group, version, resource, scope = zip(given, wanted, strict=True)
    plain = all(has in (ANY, needs) for has, needs in (operation, group, version, scope))
    return plain and _covers_resource(*resource)


def _covers_resource(given: str, wanted: str) -> bool:
    """Tell whether *given* has all of *wanted*: `*` is every resource but no subresource, `*/*` is both."""
    if given in (wanted, "*/*"):
        return True
    if "/" not in wanted:
        return given == ANY
    resource, _, subresource = wanted.partition("/")
    return given in (f"{resource}/{ANY}", f"{ANY}/{subresource}")
