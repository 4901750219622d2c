"""The self-check, as the configuration asks for it."""

import pytest

from tests.core.test_settings import settings, told


def test_nobody_has_to_ask_for_it() -> None:
    """Without it the gate needs no rights in the cluster."""
    assert settings().self_check is None


def test_little_has_to_be_said() -> None:
    """The name of the webhook configuration, and what it should be like."""
    check = settings(selfCheck={"webhook": "scangate", "expectedFile": "webhook.yaml"}).self_check
    assert check is not None
    assert (check.webhook, check.expected_file, check.interval) == ("scangate", "webhook.yaml", "5m")


@pytest.mark.parametrize(
    ("section", "where"),
    [
        ({"expectedFile": "a"}, "selfCheck.webhook: is required"),
        ({"webhook": "a"}, "selfCheck.expectedFile: is required"),
        ({"webhook": "a", "expectedFile": "a", "interval": "daily"}, "selfCheck.interval: must be a duration"),
        ({"webhook": "a", "expectedFile": "a", "every": "1h"}, "selfCheck.every: unknown field"),
    ],
)
def test_mistakes_are_told(section: dict[str, str], where: str) -> None:
    """Each by its field."""
    assert told(selfCheck=section).startswith(f"gate.yaml: {where}")
