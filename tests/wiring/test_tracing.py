"""The traces of one process, if there are any."""

import subprocess
import sys

from webhook.core.tracing import Tracing
from webhook.wiring.running import NO_AUDIENCE
from webhook.wiring.tracing import tracer, untraced


def test_without_the_setting_nothing_changes() -> None:
    """Neither who hears of decisions nor the application."""
    assert tracer(None) is untraced
    assert untraced(NO_AUDIENCE)[1] is NO_AUDIENCE


def test_without_the_setting_nothing_is_imported() -> None:
    """A gate that does not trace pays nothing for it."""
    code = "import sys, webhook.cli; from webhook.wiring.tracing import tracer; tracer(None); "
    code += "sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_missing_extra_is_told() -> None:
    """By the setting and by what to install."""
    code = "import sys; sys.modules['opentelemetry'] = None; from webhook.wiring.tracing import *; "
    code += f"tracer(Tracing(endpoint={Tracing(endpoint='http://a').endpoint!r}))"
    ended = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert "InvalidDocument: tracing: needs further packages: pip install 'scangate[tracing]'" in ended.stderr
