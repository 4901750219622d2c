"""Differences, written."""

from webhook.jobs.verify.finding import Effect, Finding


def test_line() -> None:
    """Effect first, so that the lines can be searched."""
    assert str(Finding(Effect.BYPASS, "pods.scangate.dev", "it is so")) == "bypass: pods.scangate.dev: it is so"
    assert str(Finding(Effect.NOTE, "", "it is so")) == "note: it is so"


def test_the_worst_comes_first() -> None:
    """That is the order of the members."""
    assert list(Effect) == [Effect.BYPASS, Effect.OUTAGE, Effect.NOTE]
