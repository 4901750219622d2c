"""Patience: a second try where it can help, and none while a service is down."""

import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from webhook.adapters.http import Reply
from webhook.adapters.patience import BACKOFF_SECONDS, FAIR_SECONDS, Pace, PatientHttp
from webhook.core.breaker import REST_SECONDS, State
from webhook.core.deadline import Deadline
from webhook.errors import Unavailable

URL = "https://registry.example/scans/che1"


class Clockwork:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.now = 0.0
        self.slept: list[float] = []

    def clock(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let *seconds* pass."""
        self.slept.append(seconds)
        self.now += seconds


class Service:
    """A service that gives the outcomes it is told to give, the last one for ever."""

    def __init__(self, *outcomes: int | Reply | Exception) -> None:
        """Take statuses, replies or exceptions."""
        self.calls = 0
        self.outcomes = list(outcomes)

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], deadline: Deadline, body: bytes | None = None
    ) -> Reply:
        """Give the next outcome."""
        self.calls += 1
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        return Reply(outcome, {}, b"") if isinstance(outcome, int) else outcome


class Patient:
    """A patient client before a service, in time that stands still."""

    def __init__(self, service: Service, peer: str = "the registry") -> None:
        """Ask *service*, which is called *peer*."""
        self.time = Clockwork()
        self.told: list[tuple[str, State]] = []
        self.http = PatientHttp(
            service,
            calls=4,
            pace=Pace(self.time.clock, self.time.sleep, lambda: 0.5),
            told=lambda host, state: self.told.append((host, state)),
            peer=peer,
        )

    def send(self, method: str = "GET", seconds: float = 8.5) -> Reply:
        """Send a request with *seconds* to go."""
        deadline = Deadline(self.time.now + seconds, self.time.clock)
        return self.http.send(method, URL, headers={}, deadline=deadline)


@pytest.mark.parametrize("outcome", [429, 502, 503, 504, Unavailable("reset", passing=True)])
def test_passing_trouble_is_tried_once_more(outcome: int | Exception) -> None:
    """After a short pause the same request is sent again, and its answer is the answer."""
    service = Service(outcome, 200)
    patient = Patient(service)
    assert patient.send().status == 200
    assert service.calls == 2
    assert patient.time.slept == [BACKOFF_SECONDS]


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 500])
def test_other_statuses_are_answers(status: int) -> None:
    """What would be answered the same again is not asked again."""
    service = Service(status)
    assert Patient(service).send().status == status
    assert service.calls == 1


def test_a_timeout_is_not_tried_again() -> None:
    """A service that hangs has had its time."""
    service = Service(Unavailable("did not answer in time"))
    with pytest.raises(Unavailable):
        Patient(service).send()
    assert service.calls == 1


def test_there_are_two_tries_and_no_third() -> None:
    """The second failure is the answer, be it a status or no answer at all."""
    throttling, resetting = Service(429), Service(Unavailable("reset", passing=True))
    assert Patient(throttling).send().status == 429
    with pytest.raises(Unavailable, match="reset"):
        Patient(resetting).send()
    assert (throttling.calls, resetting.calls) == (2, 2)


def test_a_post_is_sent_once() -> None:
    """What starts something is not started twice."""
    service = Service(503)
    assert Patient(service).send("POST").status == 503
    assert service.calls == 1


@pytest.mark.parametrize(("asked", "slept"), [("1", [1.0]), ("0", [0.0]), ("soon", [BACKOFF_SECONDS])])
def test_retry_after_is_honoured(asked: str, slept: list[float]) -> None:
    """The service says when to come back; what is not a number of seconds is passed over."""
    patient = Patient(Service(Reply(429, {"Retry-After": asked}, b""), 200))
    assert patient.send().status == 200
    assert patient.time.slept == slept


def test_there_is_no_second_try_without_time() -> None:
    """A pause that outlasts the deadline is not begun."""
    service = Service(Reply(503, {"Retry-After": "9"}, b""))
    patient = Patient(service)
    assert patient.send().status == 503
    assert (service.calls, patient.time.slept) == (1, [])


def test_a_dead_service_is_left_alone_and_probed() -> None:
    """After five failures calls fail without being made; one in a while finds out whether it is back."""
    service = Service(Unavailable("did not answer in time"))
    patient = Patient(service)
    for _ in range(20):
        with pytest.raises(Unavailable):
            patient.send()
    assert service.calls == 5
    assert patient.told == [("registry.example", State.OPEN)]
    assert patient.http.breakers() == {"registry.example": State.OPEN}

    patient.time.now += 2 * REST_SECONDS
    for _ in range(20):
        with pytest.raises(Unavailable):
            patient.send()
    assert service.calls == 6

    service.outcomes = [200]
    patient.time.now += 2 * REST_SECONDS
    assert patient.send().status == 200
    assert patient.send().status == 200
    assert patient.told[-1] == ("registry.example", State.CLOSED)


def test_a_service_that_was_given_no_time_is_not_blamed() -> None:
    """A call that is cut off for want of the caller's own time says nothing about the service."""
    patient = Patient(Service(*[Unavailable("did not answer in time")] * 30, 200))
    for seconds in [FAIR_SECONDS / 2] * 30:
        with pytest.raises(Unavailable, match="in time"):
            patient.send(seconds=seconds)
    assert patient.send().status == 200


@pytest.mark.parametrize("peer", ["the registry", "IAM"])
def test_a_server_error_counts_as_a_failure(peer: str) -> None:
    """A service that only says 500 is down, too, and called by its name."""
    patient = Patient(Service(500), peer)
    for _ in range(5):
        assert patient.send().status == 500
    with pytest.raises(Unavailable, match=f"^{peer} has not been answering"):
        patient.send()


def test_the_number_of_calls_at_once_is_bounded() -> None:
    """A caller that finds all places taken is told so when its time is over."""
    release, running = threading.Event(), threading.Semaphore(0)

    class Slow(Service):
        def send(self, *args: object, **kwargs: object) -> Reply:
            running.release()
            release.wait(10)
            return Reply(200, {}, b"")

    http = PatientHttp(Slow(200), calls=2, pace=Pace(time.monotonic, time.sleep, lambda: 0.5), told=print)

    def send(seconds: float) -> Reply:
        return http.send("GET", URL, headers={}, deadline=Deadline(time.monotonic() + seconds, time.monotonic))

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(send, 10.0) for _ in range(2)]
        for _ in both:
            running.acquire(timeout=10)
        with pytest.raises(Unavailable, match="too many calls"):
            send(0.01)
        release.set()
        assert [future.result().status for future in both] == [200, 200]
