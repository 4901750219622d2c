"""The registry's API on a wire of the test's own: what is sent is noted, and the answers are written beforehand."""

import json
from collections.abc import Mapping
from typing import Any

from tests.builders import DIGEST, IMAGE_ID, REPOSITORY, SCAN_ID
from webhook.adapters.container_registry import ContainerRegistry
from webhook.adapters.endpoints import fixed
from webhook.adapters.http import Reply
from webhook.core.deadline import Deadline

DEADLINE = Deadline(10.0, lambda: 0.0)
ENDPOINT = "https://registry.example"
BASE = ENDPOINT + "/container-registry/v1"
SCAN = {"id": SCAN_ID, "imageId": IMAGE_ID, "status": "READY", "scannedAt": "2026-11-20T10:00:00Z"}
IMAGE = {"id": IMAGE_ID, "name": REPOSITORY, "digest": DIGEST}


class Tokens:
    """Tokens that are numbered."""

    number = 0

    def token(self, deadline: Deadline) -> str:
        """Return the token of now."""
        return f"t1.{self.number}"

    def renewed(self, stale: str, deadline: Deadline) -> str:
        """Count up."""
        assert stale == self.token(deadline)
        self.number += 1
        return self.token(deadline)


class Wire:
    """A wire with replies on it, the last one for ever; notes what was sent."""

    def __init__(self, *replies: Reply) -> None:
        """Give *replies* one after the other."""
        self.replies = list(replies)
        self.sent: list[tuple[str, str, Mapping[str, str], bytes | None]] = []

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], deadline: Deadline, body: bytes | None = None
    ) -> Reply:
        """Give the next reply."""
        self.sent.append((method, url, headers, body))
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def reply(document: Any, status: int = 200) -> Reply:
    """Return an answer with a JSON body."""
    return Reply(status, {}, json.dumps(document).encode())


def registry(wire: Wire) -> ContainerRegistry:
    """Return a client whose endpoint ends in a slash, as people write it."""
    return ContainerRegistry(endpoint=fixed(ENDPOINT + "/"), tokens=Tokens(), http=wire)
