"""The token keeper with many threads at once: one of them asks."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.adapters.iam.keeping import LOG, Hurry, Numbered, token
from tests.adapters.iam.services import authorized, cloud, service
from webhook.adapters.endpoints import fixed
from webhook.adapters.iam.keeper import Pace, TokenKeeper
from webhook.adapters.iam.key_exchange import KeyExchange
from webhook.adapters.iam.signing_key import SigningKey
from webhook.core.deadline import Deadline
from webhook.errors import LookupFailed, Unauthorized, Unavailable

THREADS = 16


def together(call: Callable[[], str]) -> list[str]:
    """Return what many threads are told that call at the same time."""
    ready = threading.Barrier(THREADS)

    def one() -> str:
        ready.wait()
        try:
            return call()
        except LookupFailed as error:
            return str(error)

    with ThreadPoolExecutor(THREADS) as pool:
        return [future.result() for future in [pool.submit(one) for _ in range(THREADS)]]


@pytest.mark.parametrize("failure", [None, Unavailable("away"), Unauthorized("no key")])
def test_many_threads_at_once_are_one_call(failure: LookupFailed | None) -> None:
    """The first one asks, and the others wait for what it is told."""
    source = Numbered(failure=failure, before=lambda: time.sleep(0.1))
    keeper = TokenKeeper(source, pace=Pace(time.monotonic, lambda: 0.0), log=LOG)

    assert set(together(lambda: token(keeper))) == {str(failure or "t1.secret-1")}
    assert source.calls == 1


def test_many_threads_that_are_refused_get_one_new_token() -> None:
    """Of a real key, a real IAM and a token that was revoked."""
    clock = Hurry()
    key = SigningKey(authorized(), "key.json")
    with cloud() as registry:
        source = KeyExchange(lambda: key, iam=fixed(registry.url), service=service(registry))
        keeper = TokenKeeper(source, pace=Pace(clock, lambda: 0.0), log=LOG)
        stale = token(keeper)
        clock.moved += 10.0
        deadline = Deadline(time.monotonic() + 20.0, time.monotonic)

        [fresh] = set(together(lambda: keeper.renewed(stale, deadline)))

        assert fresh not in (stale, "")
        assert registry.get("/scans/cheapi", Authorization=f"Bearer {fresh}").status == 200
        assert registry.emulator.calls.counts()["POST /iam/v1/tokens"] == 2
