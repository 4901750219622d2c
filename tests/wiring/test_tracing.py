"""The traces of one process, if there are any."""

import subprocess
import sys
from dataclasses import replace

from webhook.core.reasons import Fault
from webhook.core.tracing import Tracing
from webhook.wiring.running import NO_AUDIENCE
from webhook.wiring.tracing import tracer, untraced


def test_without_the_setting_nothing_changes() -> None:
    """Neither who hears of decisions nor the application, nor the end."""

    def application(*_: object) -> list[bytes]:
        return []

    traced = untraced(NO_AUDIENCE)
    assert tracer(None, "gate.yaml") is untraced
    assert traced.audience is NO_AUDIENCE
    assert traced.application(application) is application
    traced.end()


def test_with_the_setting_all_is_heard() -> None:
    """Who heard of decisions and calls still does; calls have spans now."""
    heard = list[float]()
    audience = replace(NO_AUDIENCE, decision=lambda _kinds, _request, _outcome, seconds: heard.append(seconds))
    traced = tracer(Tracing(endpoint="http://127.0.0.1:1"), "gate.yaml")(audience)
    traced.audience.decision((), None, Fault.INTERNAL_ERROR, 0.5)
    traced.end()
    assert heard == [0.5]
    assert traced.audience.ears.ask is NO_AUDIENCE.ears.ask
    assert traced.audience.ears.span is not NO_AUDIENCE.ears.span


def test_without_the_setting_nothing_is_imported() -> None:
    """A gate that does not trace pays nothing for it."""
    code = "import sys, webhook.cli; from webhook.wiring.tracing import tracer; tracer(None, ''); "
    code += "sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
