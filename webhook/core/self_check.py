"""What the gate is told of its own registration at the API server, so that it can see whether that still holds."""

from webhook.core.documents import Section
from webhook.core.times import Duration


class SelfCheck(Section, frozen=True, kw_only=True):
    """How the gate verifies its webhook configuration while it serves."""

    webhook: str
    """Name of the ValidatingWebhookConfiguration."""
    expected_file: str
    """What it should be like, a YAML file."""
    interval: Duration = "5m"
    """How long after one verification the next one begins."""
