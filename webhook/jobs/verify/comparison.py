"""The comparison: two webhook configurations in, findings out."""

from collections.abc import Callable, Iterator

from webhook.core.printable import printable
from webhook.core.registration import Registration, Webhook
from webhook.jobs.verify.finding import Effect, Finding
from webhook.jobs.verify.reach import reach
from webhook.jobs.verify.rules import rules
from webhook.jobs.verify.selectors import narrowed
from webhook.jobs.verify.switches import switches

Vouched = Callable[[Webhook], str | None]
"""Says why the caBundle of a live webhook does not vouch for what the gate serves; None where it does."""


def compare(expected: Registration, live: Registration | None, *, vouched: Vouched) -> tuple[Finding, ...]:
    """Return every difference, those that weaken the gate first; *live* is None where there is no such object."""
    if live is None:
        text = f"there is no webhook configuration {printable(expected.name)}: nothing is judged"
        return (Finding(Effect.BYPASS, "", text),)
    found = [*_objects(expected, live)]
    for name, webhook in _by_name(live).items():
        wanted = _by_name(expected).get(name)
        if wanted is not None:
            found += [Finding(effect, printable(name), text) for effect, text in _webhook(wanted, webhook, vouched)]
    order = list(Effect)
    return tuple(sorted(found, key=lambda finding: order.index(finding.effect)))


def _objects(expected: Registration, live: Registration) -> Iterator[Finding]:
    """Compare the objects as a whole."""
    if expected.name != live.name:
        text = f"this is '{printable(live.name)}', and '{printable(expected.name)}' is expected: is it the right one?"
        yield Finding(Effect.BYPASS, "", text)
    if not expected.webhooks:
        yield Finding(Effect.BYPASS, "", "the expected configuration has no webhooks: it would judge nothing")
    for name in _by_name(expected).keys() - _by_name(live).keys():
        yield Finding(Effect.BYPASS, printable(name), "this webhook is missing: nothing that it is for is judged")
    for name in _by_name(live).keys() - _by_name(expected).keys():
        yield Finding(Effect.NOTE, printable(name), "this webhook is not expected")
    for name, fields in live.unknown.items():
        for field in sorted(set(fields) - set(expected.unknown.get(name, ()))):
            text = f"{field} is set, which this version of scangate does not know: it may let requests pass"
            yield Finding(Effect.BYPASS, printable(name), text)


def _webhook(expected: Webhook, live: Webhook, vouched: Vouched) -> Iterator[tuple[Effect, str]]:
    """Compare two webhooks of one name."""
    yield from rules(expected, live)
    yield from narrowed("namespaceSelector", "namespaces", expected.namespace_selector, live.namespace_selector)
    yield from narrowed("objectSelector", "objects", expected.object_selector, live.object_selector)
    yield from switches(expected, live)
    yield from reach(expected, live, vouched(live))


def _by_name(registration: Registration) -> dict[str, Webhook]:
    return {webhook.name: webhook for webhook in registration.webhooks}
