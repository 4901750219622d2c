"""Answers that cannot be right: they refuse, but are not remembered as what never changes."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.adapters.test_remembered import DEADLINE, IMAGE_ID, Times, Yandex, through
from webhook.adapters.memory import FAILURE_SECONDS, Memory
from webhook.adapters.remembered import Remembered
from webhook.core.deadline import Deadline
from webhook.core.evidence import RegistryImage
from webhook.core.lookup import ImageId, ScanId

LIES: dict[str, Callable[[Remembered], Any]] = {
    "a scan that was not asked for": lambda registry: registry.scan(ScanId("cheother"), DEADLINE),
    "an image that was not asked for": lambda registry: registry.image(ImageId("crpother"), DEADLINE),
    "an image without a digest": lambda registry: registry.image(IMAGE_ID, DEADLINE),
}


class Liar(Yandex):
    """A registry whose images have no digests."""

    def image(self, image_id: ImageId, deadline: Deadline) -> RegistryImage:
        """Return no digest."""
        super().image(image_id, deadline)
        return RegistryImage(id=IMAGE_ID, name="crp1/shop/api", digest="sha256:")


@pytest.mark.parametrize("question", LIES.values(), ids=LIES)
def test_an_answer_that_cannot_be_right_is_forgotten_soon(question: Callable[[Remembered], Any]) -> None:
    """What is about something else than was asked, or names no digest, is asked for again after a second."""
    clock, yandex = Times(), Liar()
    registry = through(Memory(size=10, clock=clock, jitter=lambda: 0.0), yandex)
    for clock.now in (0.0, FAILURE_SECONDS - 0.1, FAILURE_SECONDS + 0.1):
        question(registry)

    assert len(yandex.calls) == 2
