"""The webhook configuration that is expected, beside that of the cluster."""

from webhook.core.printable import printable
from webhook.core.registration import Registration, Rule, Webhook
from webhook.errors import ClusterFailed, InvalidDocument


def check(source: str, expected: Registration, *, namespace: str, name: str) -> None:
    """Refuse an expected configuration that is of another gate, or that would bring nothing into force.

    Raises:
        InvalidDocument: it is not that of the gate in *namespace*, or has no rules; *source* is for the message.
    """
    if expected.name != name:
        raise InvalidDocument(f"{source}: is for '{printable(expected.name)}', not for '{printable(name)}'")
    if not expected.webhooks:
        raise InvalidDocument(f"{source}: webhooks: must not be empty")
    for webhook in expected.webhooks:
        place = f"{source}: {printable(webhook.name)}"
        service = webhook.client_config.service
        if not webhook.rules:
            raise InvalidDocument(f"{place}: rules: must not be empty, or nothing would be judged")
        if service is not None and service.namespace != namespace:
            where = printable(service.namespace)
            raise InvalidDocument(f"{place}: clientConfig.service: is in '{where}', not in '{printable(namespace)}'")


def matched(expected: Registration, live: Registration) -> tuple[Webhook, ...]:
    """Return the webhooks of the cluster that are expected. Others are left alone.

    Raises:
        ClusterFailed: one is missing, or would ask somebody else.
    """
    found = {webhook.name: webhook for webhook in live.webhooks}
    for wanted in expected.webhooks:
        what = f"validatingwebhookconfiguration {printable(live.name)}: {printable(wanted.name)}"
        given = found.get(wanted.name)
        if given is None:
            raise ClusterFailed(f"{what}: there is no such webhook")
        theirs, ours = given.client_config.address, wanted.client_config.address
        if theirs != ours:
            raise ClusterFailed(f"{what}: clientConfig is {printable(theirs)}, not {printable(ours)}")
    return tuple(found[wanted.name] for wanted in expected.webhooks)


def lacking(expected: Registration, live: Registration) -> dict[str, tuple[Rule, ...]]:
    """Return the rules that must be written, for each webhook that does not have just these."""
    found = {webhook.name: webhook.rules for webhook in live.webhooks}
    return {wanted.name: wanted.rules for wanted in expected.webhooks if found.get(wanted.name) != wanted.rules}
