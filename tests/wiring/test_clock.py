"""The time."""

from datetime import UTC, datetime

from webhook.wiring.clock import now


def test_the_time_is_in_utc() -> None:
    """Ages of scans are reckoned in one zone."""
    before = datetime.now(UTC)
    assert before <= now() <= datetime.now(UTC)
    assert now().tzinfo is UTC
