"""Lists of the real emulator over a socket: whole, or not at all."""

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from tests.emulator.serving import Served, one_image, served
from tests.fakes import FakeRegistry
from tests.http_calls import PLENTY_SECONDS, in_time
from tests.wire import Tokens
from webhook.adapters.container_registry import ContainerRegistry
from webhook.adapters.endpoints import fixed
from webhook.adapters.http import HttpClient
from webhook.adapters.memory import Memory
from webhook.adapters.patience import Pace, PatientHttp
from webhook.adapters.remembered import Remembered
from webhook.core.evidence import Vulnerability
from webhook.core.lookup import ScanId
from webhook.core.vulnerabilities import tally
from webhook.emulator.faults import (
    Body,
    ExpiredToken,
    Fault,
    HalfBody,
    Huge,
    Latency,
    PageSizeOne,
    RepeatPageToken,
    Replace,
    Status,
)
from webhook.errors import LookupFailed, NotFound, Unauthorized, Unavailable, Unreadable

SCAN_ID = ScanId("cheapi")
LIST = "*:listVulnerabilities"
SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "NEGLIGIBLE", "UNDEFINED")


def findings(number: int) -> list[dict[str, str]]:
    """Return as many findings, of each CVE three, of each severity some, every second one with a fix."""
    return [
        {
            "name": f"CVE-2026-{place // 3}",
            "severity": SEVERITIES[place % 6],
            "package": f"package-{place}",
            "version": "1.0-1",
            "fixedBy": "1.0-2" if place % 2 else "",
        }
        for place in range(number)
    ]


@contextmanager
def registry(number: int, **more: Any) -> Iterator[tuple[Served, ContainerRegistry]]:
    """Serve one image with a scan that found so much; *more* is of the world."""
    world = one_image(scans=[{"id": SCAN_ID, "findings": findings(number)}]) | more
    with served(world) as running:
        yield running, client(running)


def client(running: Served) -> ContainerRegistry:
    """Return what asks the emulator as the gate does, with second tries that do not wait."""
    pace = Pace(time.monotonic, lambda _: None, lambda: 0.0)
    http = PatientHttp(HttpClient(connections=4), calls=4, pace=pace, told=lambda *_: None)
    return ContainerRegistry(endpoint=fixed(running.url), tokens=Tokens(), http=http)


def listed(api: ContainerRegistry, seconds: float = PLENTY_SECONDS) -> tuple[Vulnerability, ...]:
    """Return the vulnerabilities of the scan, in time."""
    with in_time(seconds) as deadline:
        return api.vulnerabilities(SCAN_ID, deadline)


def refused(number: int, *faults: Fault, seconds: float = PLENTY_SECONDS, **more: Any) -> LookupFailed:
    """Return why there is no list of so many findings."""
    with registry(number, **more) as (running, api):
        running.emulator.faults.add(*faults)
        with pytest.raises(LookupFailed) as caught:
            listed(api, seconds)
    return caught.value


@pytest.mark.parametrize(("number", "pages"), [(0, 1), (1, 1), (1000, 1), (1001, 2), (5000, 5)])
def test_every_vulnerability_is_listed(number: int, pages: int) -> None:
    """Whatever the number, with as few calls as there can be, and it is what the scan has counted."""
    with registry(number) as (running, api):
        found = listed(api)
        with in_time() as deadline:
            scan = api.scan(SCAN_ID, deadline)

        assert running.emulator.calls.count(LIST) == pages
    assert len({one.package for one in found}) == len(found) == number
    assert sum(one.fixed_by is not None for one in found) == number // 2
    assert tally(found, distinct=False) == scan.counts


def test_pages_of_one_are_a_list_too() -> None:
    """A service may put less on a page than it is asked for."""
    with registry(6) as (running, api):
        whole = listed(api)
        running.emulator.faults.add(PageSizeOne())

        assert listed(api) == whole
        assert running.emulator.calls.count(LIST) == 1 + 6


def test_deadline_ends_a_list_between_its_pages() -> None:
    """Each page is quick enough, all of them are not: what was read so far is no answer."""
    failure = refused(100, PageSizeOne(), Latency(seconds=0.2), seconds=3.0)

    assert isinstance(failure, Unavailable)


ACCOUNTS = [{"id": "ajeviewer", "roles": ["container-registry.viewer"], "tokens": ["t1.0"]}]
ITEM = {"severity": "CRITICAL", "package": {"name": "CVE-2026-1", "package": "perl"}}


@pytest.mark.parametrize(
    ("failure", "fault", "world"),
    [
        (Unauthorized, None, {"accounts": ACCOUNTS}),
        (Unauthorized, ExpiredToken(), {}),
        (NotFound, None, {"images": []}),
        (Unavailable, Status(status=503, path=LIST), {}),
        (Unavailable, HalfBody(path=LIST), {}),
        (Unreadable, RepeatPageToken(), {}),
        (Unreadable, Huge(), {}),
        (Unreadable, Body(text="[]"), {}),
        (Unreadable, Replace(field="vulnerabilities", value=[ITEM, {"severity": "LOW", "file": {}}]), {}),
        (Unreadable, Replace(field="vulnerabilities", value=[ITEM, ITEM | {"severity": "SEVERE"}]), {}),
    ],
)
def test_each_trouble_is_told_apart(failure: type[LookupFailed], fault: Fault | None, world: Mapping[str, Any]) -> None:
    """A list that cannot be had is never an empty one."""
    caught = refused(6, *([fault] if fault else []), **world)

    assert type(caught) is failure


@pytest.mark.parametrize(
    "fault",
    [
        Status(status=503, path=LIST, every=2),
        HalfBody(path=LIST, every=2),
        ExpiredToken(path=LIST, times=1),
    ],
)
def test_passing_trouble_costs_a_second_try_and_nothing_else(fault: Fault) -> None:
    """Pages that fail once, and a token that ends in the middle, do not spoil the list."""
    with registry(3) as (running, api):
        running.emulator.faults.add(PageSizeOne(), fault)

        assert len(listed(api)) == 3


def test_list_that_ends_early_does_not_account_for_the_scan() -> None:
    """A lost token looks like the end; the counters of the scan tell."""
    with registry(1500) as (running, api):
        running.emulator.faults.add(Replace(field="nextPageToken"))
        found = listed(api)
        with in_time() as deadline:
            counts = api.scan(SCAN_ID, deadline).counts

    assert len(found) == 1000
    assert counts is not None
    assert tally(found, distinct=False).negligible < counts.negligible


def test_reviews_at_the_same_time_read_a_list_once() -> None:
    """Whoever comes later waits for the first one, and gets the same."""
    with registry(300) as (running, api):
        memory = Memory(size=1000, clock=time.monotonic, jitter=lambda: 0.0)
        remembered = Remembered(api, FakeRegistry(), memory.ask, ask_lists=memory.ask)
        running.emulator.faults.add(Latency(seconds=0.3))
        with in_time() as deadline, ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda _: remembered.vulnerabilities(SCAN_ID, deadline), range(8)))

        assert running.emulator.calls.count(LIST) == 1
    assert {len(one) for one in found} == {300}
