"""Discovery: where the services are, asked of the real emulator over a socket."""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.emulator.serving import Served, served
from tests.http_calls import in_time
from webhook.adapters.endpoints import CONTAINER_REGISTRY, IAM, Discovery, fixed
from webhook.adapters.http import HttpClient, Reply
from webhook.adapters.memory import SHORT_SECONDS, Memory
from webhook.adapters.registry_calls import Http
from webhook.core.deadline import Deadline
from webhook.emulator.faults import Body, ExpiredToken, Fault, Hang, Html, PlainText, Redirect, Replace, Reset, Status
from webhook.errors import LookupFailed, NotFound, Unauthorized, Unavailable, Unreadable

API = "https://api.example"


class Clock:
    """Time that stands still until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def registry() -> Iterator[Served]:
    """Serve an emulator."""
    with served({}) as running:
        yield running


def discovery(url: str, http: Http | None = None, clock: Clock | None = None) -> Discovery:
    """Return the discovery at *url*."""
    memory = Memory(size=8, clock=clock or Clock(), jitter=lambda: 0.0)
    return Discovery(url, http=http or HttpClient(connections=4, peer=url), memory=memory)


def found(endpoint: Callable[[Deadline], str]) -> str:
    """Return where a service is."""
    with in_time() as deadline:
        return endpoint(deadline)


def refused(endpoint: Callable[[Deadline], str]) -> LookupFailed:
    """Return why a service is not found; that there is no such image must not be among the reasons."""
    with in_time(3.0) as deadline, pytest.raises(LookupFailed) as caught:
        endpoint(deadline)
    assert not isinstance(caught.value, NotFound | Unauthorized)
    return caught.value


def asked(registry: Served) -> int:
    """Return how often the emulator was asked."""
    return registry.emulator.calls.count()


@pytest.mark.parametrize("url", ["https://api.example", "https://api.example/"])
def test_a_fixed_endpoint_is_where_it_is(url: str) -> None:
    """Nobody is asked, and a path can be put behind it."""
    assert found(fixed(url)) == API


def test_services_are_found_and_kept(registry: Served) -> None:
    """Each is asked for once, without credentials, however often it is used."""
    api = discovery(f"{registry.url}/")
    for service in (CONTAINER_REGISTRY, IAM) * 3:
        assert found(api.of(service)) == registry.url

    paths = [(call.path, call.account) for call in registry.emulator.calls.list()]
    assert paths == [("/endpoints/container-registry", None), ("/endpoints/iam", None)]


def test_a_service_that_is_known_is_not_asked_for_again(registry: Served) -> None:
    """An API endpoint that goes down later disturbs nobody."""
    endpoint = discovery(registry.url).of(IAM)
    found(endpoint)
    registry.emulator.faults.add(Reset())

    assert found(endpoint) == registry.url


def test_many_threads_ask_once(registry: Served) -> None:
    """The burst at the start is one call; who comes while it is under way waits for it."""
    registry.emulator.faults.add(Hang())
    endpoint = discovery(registry.url).of(IAM)
    ready = threading.Barrier(17)

    def look() -> str:
        ready.wait()
        return found(endpoint)

    with ThreadPoolExecutor(16) as pool:
        looks = [pool.submit(look) for _ in range(16)]
        ready.wait()
        registry.emulator.faults.clear()
        assert {one.result() for one in looks} == {registry.url}

    assert asked(registry) == 1


@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        (Status(status=404), Unreadable, "does not say where iam is: it answered 404"),
        (Status(status=403), Unreadable, "it answered 403"),
        (ExpiredToken(), Unreadable, "it answered 401"),
        (Redirect(location="http://evil.example/"), Unreadable, "it answered 302"),
        (PlainText(status=408), Unavailable, "answered 408 to where iam is"),
        (Status(status=429), Unavailable, "answered 429"),
        (Status(status=500), Unavailable, "answered 500"),
        (Html(status=502), Unavailable, "answered 502"),
        (Reset(), Unavailable, "broke the connection off"),
        (Hang(), Unavailable, "did not answer in time"),
        (Html(), Unreadable, "'s answer is not JSON"),
        (Body(text=""), Unreadable, "'s answer is not JSON"),
        (Body(text="[]"), Unreadable, "gave no host:port for a service"),
        (Replace(field="address", value=None), Unreadable, "gave no host:port for a service"),
        (Replace(field="address", value="iam.evil.example:443"), Unreadable, "names iam.evil.example for a service"),
    ],
)
def test_what_goes_wrong_is_a_failure_that_names_the_endpoint(
    registry: Served, fault: Fault, kind: type[LookupFailed], said: str
) -> None:
    """It never looks like an image that does not exist, or like credentials that are wrong."""
    registry.emulator.faults.add(fault)
    failure = refused(discovery(registry.url).of(IAM))

    assert type(failure) is kind
    assert said in str(failure)
    assert registry.url in str(failure)


def test_an_installation_without_the_service() -> None:
    """What the endpoint does not know is said by name."""
    with served({}) as registry:
        assert "where quantum is: it answered 404" in str(refused(discovery(registry.url).of("quantum")))


def test_a_failure_is_not_kept(registry: Served) -> None:
    """It is remembered for a moment, to spare the endpoint a burst, and then asked again."""
    clock = Clock()
    endpoint = discovery(registry.url, clock=clock).of(IAM)
    registry.emulator.faults.add(Status(status=404))
    for _ in range(5):
        refused(endpoint)
    assert asked(registry) == 1

    registry.emulator.faults.clear()
    clock.now += SHORT_SECONDS

    assert found(endpoint) == registry.url
    assert found(endpoint) == registry.url
    assert asked(registry) == 2


def test_no_credentials_are_sent() -> None:
    """The endpoint is asked before there is a token, and needs none."""
    sent: list[Mapping[str, str]] = []

    class Wire:
        def send(
            self, method: str, url: str, *, headers: Mapping[str, str], deadline: Deadline, body: bytes | None = None
        ) -> Reply:
            sent.append(headers)
            return Reply(200, {}, b'{"address": "iam.api.example:443"}')

    assert found(discovery(API, Wire()).of(IAM)) == "https://iam.api.example"
    assert sent == [{}]
