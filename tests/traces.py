"""Gates that trace, and callers whose traces their reviews belong to."""

import json
from collections.abc import Mapping
from typing import Any

from tests.gates import Gate, Setup
from tests.service.registry import App

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"


def traceparent(flags: str = "01") -> dict[str, str]:
    """Return the header of a caller that traces, or with other flags does not."""
    return {"traceparent": f"00-{TRACE}-{PARENT}-{flags}"}


def tracing(registry: str, collector: str | None, **more: Mapping[str, Any]) -> Setup:
    """Return a gate that sends its spans there, or none."""
    return Setup(registry=registry, settings={} if collector is None else {"tracing": {"endpoint": collector}}, **more)


def ask(running: Gate, app: App, flags: str = "01") -> None:
    """Have a pod judged that passes, as a caller whose trace has such flags, and a state of its own."""
    headers = {**traceparent(flags), "tracestate": "shop=1"}
    answer = running.post(json.dumps(app.review()).encode(), headers=headers)
    assert answer.response["allowed"] is True
