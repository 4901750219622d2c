"""Applications are told how long a request has waited."""

import threading
import time
from collections.abc import Iterable
from contextlib import ExitStack
from wsgiref.types import StartResponse, WSGIEnvironment

from tests.adapters.admission_worker.houses import HEAD, answered, house
from tests.processes import eventually
from webhook.core.deadline import WAITED


def test_wait_for_a_thread_is_told() -> None:
    """The wait is said in seconds, so that a deadline can count it; who need not wait has next to none."""
    go = threading.Event()

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        go.wait(60)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [str(environ[WAITED]).encode()]

    with house(application, threads=1) as served, ExitStack() as stack:
        first, second = (stack.enter_context(served.connect()) for _ in range(2))
        first.sendall(HEAD % 0)
        eventually(lambda: served.service.watch.busy)
        second.sendall(HEAD % 0)
        eventually(lambda: len(served.service.watch._queue) == 1)
        time.sleep(0.1)
        go.set()
        none, wait = (float(answered(each).body) for each in (first, second))
        assert 0 <= none < wait
        assert wait >= 0.1
