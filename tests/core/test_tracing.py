"""Tracing, as the configuration asks for it."""

from typing import Any

import pytest

from tests.core.test_settings import settings, told


def test_it_is_off_by_default() -> None:
    """Nobody is sent spans who was not named."""
    assert settings().tracing is None


def test_little_has_to_be_said() -> None:
    """Where the collector is; then every review is traced. It may be reached by plain http: no token goes there."""
    tracing = settings(tracing={"endpoint": "http://collector:4318"}).tracing
    assert tracing is not None
    assert (tracing.endpoint, tracing.sample_ratio) == ("http://collector:4318", 1.0)


@pytest.mark.parametrize(
    ("section", "where"),
    [
        ({}, "tracing.endpoint: is required"),
        ({"endpoint": "collector:4318"}, "tracing.endpoint: must be a URL"),
        (
            {"endpoint": "http://a", "sampleRatio": 1.5},
            "tracing.sampleRatio: must be a number from 0 to 1, such as 0.1, not 1.5",
        ),
        (
            {"endpoint": "http://a", "sampleRatio": -1},
            "tracing.sampleRatio: must be a number from 0 to 1, such as 0.1, not -1",
        ),
        ({"endpoint": "http://a", "sampleRatio": "a tenth"}, "tracing.sampleRatio: must be a number from 0 to 1"),
        ({"endpoint": "http://a", "every": 1}, "tracing.every: unknown field"),
    ],
)
def test_mistakes_are_told(section: dict[str, Any], where: str) -> None:
    """Each by its field."""
    assert told(tracing=section).startswith(f"gate.yaml: {where}")
