"""A real browser: Chromium without a window, told what to do over the pipe of its DevTools protocol."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from tests.processes import PATIENCE_SECONDS

Document = dict[str, Any]

NAMES = ("chromium", "chromium-browser", "google-chrome")

FLAGS = (
    "--headless",
    "--no-sandbox",  # tests may run as root, and it sees nothing but what they wrote
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--remote-debugging-pipe",
)


def chromium() -> str:
    """Return the browser; skip the test where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"NOT TESTED IN A BROWSER: no {' or '.join(NAMES)} on the path")
    return found


@dataclass
class Browser:
    """A browser, and the page that was opened last."""

    said: BinaryIO
    asked: BinaryIO
    session: str = ""
    events: list[Document] = field(default_factory=list)
    """All that it has told of."""
    _number: int = 0
    _rest: bytes = b""

    def do(self, method: str, **parameters: Any) -> Document:
        """Do something, and return what came of it."""
        self._number += 1
        session = {"sessionId": self.session} if self.session else {}
        message = {"id": self._number, "method": method, "params": parameters, **session}
        self.asked.write(json.dumps(message).encode() + b"\0")
        self.asked.flush()
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return dict(answer["result"])
            self.events.append(answer)

    def open(self, file: Path) -> None:
        """Load a file in a page of its own, in which nothing was before, and wait until all of it is there."""
        self.session = ""
        target = self.do("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.do("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.do(f"{domain}.enable")
        self.events.clear()
        self.do("Page.navigate", url=file.as_uri())
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(self._next())

    def run(self, script: str) -> Any:
        """Return the value of an expression on the page."""
        answer = self.do("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def all(self, method: str) -> list[Document]:
        """Return what was told of one kind of event."""
        return [event["params"] for event in self.events if event["method"] == method]

    @property
    def complaints(self) -> list[str]:
        """Return every error, warning and violation of the page's policy that the browser has told of."""
        told = [each["exceptionDetails"]["text"] for each in self.all("Runtime.exceptionThrown")]
        told += [str(each["args"]) for each in self.all("Runtime.consoleAPICalled")]
        return told + [each["entry"]["text"] for each in self.all("Log.entryAdded")]

    @property
    def requests(self) -> list[str]:
        """Return every address that the page has asked for anything."""
        return [each["request"]["url"] for each in self.all("Network.requestWillBeSent")]

    def _next(self) -> Document:
        while b"\0" not in self._rest:
            more = os.read(self.said.fileno(), 1 << 20)
            assert more, "the browser has ended"
            self._rest += more
        message, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(message))


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """Run a browser that knows nothing yet, with its files in *folder*."""
    ask, asked = os.pipe()
    said, say = os.pipe()
    # The protocol is on the file descriptors 3 and 4, which only a shell can be asked for.
    pipes = f'exec "$@" 3</dev/fd/{ask} 4>/dev/fd/{say}'
    command = ["sh", "-c", pipes, "sh", chromium(), *FLAGS, f"--user-data-dir={folder / 'profile'}"]
    with (folder / "browser.log").open("wb") as log:
        process = subprocess.Popen(command, pass_fds=(ask, say), stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    os.close(ask)
    os.close(say)
    with os.fdopen(said, "rb") as answers, os.fdopen(asked, "wb") as questions:
        try:
            yield Browser(answers, questions)
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)
