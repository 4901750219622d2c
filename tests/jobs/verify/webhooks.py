"""A webhook as it should be, and changes to it."""

from typing import Any

import msgspec

from webhook.core.registration import (
    ClientConfig,
    Expression,
    MatchCondition,
    Registration,
    Rule,
    Selector,
    Service,
    Webhook,
)
from webhook.jobs.verify.comparison import compare
from webhook.jobs.verify.finding import Effect, Finding

NAME = "pods.scangate.dev"

RULE = Rule(("CREATE", "UPDATE"), ("",), ("*",), ("pods", "pods/ephemeralcontainers"))

EXEMPT = Selector(match_expressions=(Expression("kubernetes.io/metadata.name", "NotIn", ("kube-system", "scangate")),))

RIGHT = Webhook(
    NAME,
    ClientConfig(Service("scangate", "scangate", "/validate"), None, "UEVN"),
    rules=(RULE,),
    namespace_selector=EXEMPT,
    match_conditions=(MatchCondition("changes-images", "request.operation == 'CREATE'"),),
    side_effects="None",
    admission_review_versions=("v1",),
)


def changed(**fields: Any) -> Webhook:
    """Return the webhook with other values in *fields*."""
    return msgspec.structs.replace(RIGHT, **fields)


def found(live: Webhook, expected: Webhook = RIGHT, *, doubt: str | None = None) -> list[tuple[Effect, str]]:
    """Return what the comparison of two webhooks finds."""
    wanted, given = (Registration("scangate", (webhook,)) for webhook in (expected, live))
    return [(finding.effect, finding.text) for finding in compare(wanted, given, vouched=lambda _: doubt)]


def registration(*webhooks: Webhook, **fields: Any) -> Registration:
    """Return a configuration."""
    return Registration(**{"name": "scangate", "webhooks": webhooks, **fields})


def compared(expected: Registration, live: Registration | None) -> list[Finding]:
    """Compare two configurations, without a look at the serving certificate."""
    return list(compare(expected, live, vouched=lambda _: None))
