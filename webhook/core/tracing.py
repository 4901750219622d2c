"""Where spans are sent, for whoever traces requests through a cluster."""

from typing import Annotated

import msgspec

from webhook.core.documents import Section


class Tracing(Section, frozen=True, kw_only=True):
    """How reviews are traced."""

    endpoint: str
    """Base URL of an OpenTelemetry collector that takes OTLP over HTTP; `/v1/traces` is added."""
    sample_ratio: Annotated[float, msgspec.Meta(ge=0, le=1, description="a number from 0 to 1")] = 1.0
    """Which part of the reviews is traced whose caller does not say."""
