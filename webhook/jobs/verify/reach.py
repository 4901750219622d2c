"""Whether the API server reaches the gate, and nobody else in its place."""

from collections.abc import Iterator

from webhook.core.printable import printable
from webhook.core.registration import ClientConfig, Webhook
from webhook.jobs.verify.finding import Effect


def reach(expected: Webhook, live: Webhook, doubt: str | None) -> Iterator[tuple[Effect, str]]:
    """Compare where the webhooks are. *doubt* is why the live caBundle does not vouch for what the gate serves."""
    wanted, given = expected.client_config, live.client_config
    if _address(wanted) != _address(given):
        yield Effect.BYPASS, f"clientConfig is {_address(given)}, not {_address(wanted)}: somebody else may answer"
    if wanted.ca_bundle and _packed(wanted) != _packed(given) and given.ca_bundle:
        yield Effect.BYPASS, "caBundle is another one than expected: others may answer as the gate"
    effect, consequence = _unreachable(live)
    if not given.ca_bundle and (given.service is not None or wanted.ca_bundle):
        yield effect, f"caBundle is empty: the API server does not trust the gate, and {consequence}"
    elif doubt is not None:
        yield effect, f"caBundle does not vouch for the gate, and {consequence}: {doubt}"


def _unreachable(live: Webhook) -> tuple[Effect, str]:
    """Say what it means when the gate cannot be asked."""
    if live.failure_policy == "Fail":
        return Effect.OUTAGE, "everything is refused"
    return Effect.BYPASS, "everything passes"


def _address(config: ClientConfig) -> str:
    service = config.service
    if service is not None:
        place = f"{service.namespace}/{service.name}:{service.port}/{service.path.removeprefix('/')}"
        return f"service {printable(place)}"
    return f"url {printable(config.url or '')}"


def _packed(config: ClientConfig) -> str:
    return "".join(config.ca_bundle.split())
