"""Tracing, as the configuration asks for it."""

from math import nan
from typing import Any

import pytest

from tests.core.test_settings import settings, told

URL = "must be a URL such as https://host:port"
RATIO = "must be a number from 0 to 1"


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
        ({"endpoint": "collector:4318"}, f"tracing.endpoint: {URL}, not 'collector:4318'"),
        ({"endpoint": ""}, f"tracing.endpoint: {URL}, not ''"),
        ({"endpoint": "http://user:secret@a"}, f"tracing.endpoint: {URL}, not"),
        ({"endpoint": "http://a", "sampleRatio": 1.5}, f"tracing.sampleRatio: {RATIO}, not 1.5"),
        ({"endpoint": "http://a", "sampleRatio": -1}, f"tracing.sampleRatio: {RATIO}, not -1"),
        ({"endpoint": "http://a", "sampleRatio": nan}, f"tracing.sampleRatio: {RATIO}, not nan"),
        ({"endpoint": "http://a", "sampleRatio": "half"}, f"tracing.sampleRatio: {RATIO}, not 'half'"),
        ({"endpoint": "http://a", "every": 1}, "tracing.every: unknown field"),
        ({"endpoint": "http://a", "sampleRato": 1}, "tracing.sampleRato: unknown field; did you mean 'sampleRatio'?"),
    ],
)
def test_mistakes_are_told(section: dict[str, Any], where: str) -> None:
    """Each by its field."""
    assert told(tracing=section).startswith(f"gate.yaml: {where}")
