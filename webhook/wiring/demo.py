"""The demonstration, put together."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from webhook.adapters.files import load_all
from webhook.adapters.http import HttpClient
from webhook.adapters.pools import trusted
from webhook.core.deadline import Deadline
from webhook.jobs.demo.demonstration import Tools, demonstrate
from webhook.jobs.demo.stage import Ports, Stage
from webhook.wiring.clock import now

CLIENT_SECONDS = 30.0
"""The longest that a webhook may take."""


def demo(stage: Stage, ports: Ports, *, once: bool, say: Callable[[str], None]) -> bool:
    """Run the demonstration; return whether every example got the decision that it names.

    Raises:
        ScangateError: an example cannot be read, or a server does not start or answer.
    """
    tools = Tools(
        command=(sys.executable, "-m", "webhook"),
        read=load_all,
        connect=client,
        say=say,
        now=now,
        wait=time.sleep,
    )
    return demonstrate(stage, tools, ports=ports, once=once)


def client(authority: Path) -> Callable[[str, bytes | None], tuple[int, bytes]]:
    """Return what gets a URL, or posts JSON to it, trusting the authority in a file."""
    http = HttpClient(connections=1, context=trusted(authority))

    def fetch(url: str, body: bytes | None) -> tuple[int, bytes]:
        deadline = Deadline(time.monotonic() + CLIENT_SECONDS, time.monotonic)
        method = "GET" if body is None else "POST"
        reply = http.send(method, url, headers={"Content-Type": "application/json"}, deadline=deadline, body=body)
        return reply.status, reply.body

    return fetch
