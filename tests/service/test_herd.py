"""Many requests for the same thing at once, and one request for many things."""

import time
from collections.abc import Iterator

import pytest

from tests.builders import pod
from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.processes import Document
from tests.service.api_servers import ask_at_once
from tests.service.registry import App, Registry, asked
from webhook.core.lookup import ANNOTATION_PREFIX
from webhook.emulator.faults import Latency

GOOD, BAD, CONNECTIONS = 1000, 100, 100

IMAGES = 20
"""Of one pod."""

LATENCY_SECONDS = 0.3


@pytest.fixture(scope="module", params=[1, 2])
def workers(request: pytest.FixtureRequest) -> int:
    """Processes of the gate."""
    number: int = request.param
    return number


@pytest.fixture(scope="module")
def server(
    world: Registry, workers: int, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gate]:
    """A gate of some processes, with the default number of threads."""
    setup = Setup(registry=world.url, server={"workers": workers, "threads": 96})
    with gate(tmp_path_factory.mktemp("gate"), authority, setup) as running:
        yield running


def slow_down(world: Registry) -> None:
    """Make each answer take a while, and forget what was asked before."""
    world.emulator.faults.replace([Latency(seconds=LATENCY_SECONDS)])
    world.emulator.calls.clear()


def lookups(world: Registry, app: App) -> list[int]:
    """Return how often an image's scan and the image itself were asked for."""
    calls = world.emulator.calls
    return [calls.count(f"GET */scans/{app.scan_id}"), calls.count(f"GET */images/{app.image_id}")]


def test_one_image_is_looked_up_once_for_all_who_ask(server: Gate, world: Registry, workers: int) -> None:
    """1,000 requests at once for a new image make one Scanner.Get and one Image.Get in each process, and all pass;
    so it is with a bad one, which nobody gets in."""
    clean, bad = world.app(), world.app(critical=1)
    slow_down(world)
    mixed = [clean] * (GOOD // BAD) + [bad]
    answers = ask_at_once(server, [app.review() for app in mixed * BAD], connections=CONNECTIONS)
    assert [answer.allowed for answer in answers] == [app is clean for app in mixed * BAD]
    for app in (clean, bad):
        for asked_for in lookups(world, app):
            assert 1 <= asked_for <= workers


def several(apps: list[App]) -> Document:
    """Return the review of a pod with all of these images."""
    names = ["app", *(f"app-{number}" for number in range(1, len(apps)))]
    annotations = {f"{ANNOTATION_PREFIX}{name}": app.scan_id for name, app in zip(names, apps, strict=True)}
    return asked(pod(*(app.reference for app in apps), annotations=annotations))


def seconds_for(server: Gate, world: Registry, images: int) -> float:
    """Return how long a pod with so many new images takes; it is admitted."""
    apps = world.apps(images)
    slow_down(world)
    began = time.monotonic()
    assert server.judge(several(apps))["allowed"] is True
    return time.monotonic() - began


def test_many_images_take_as_long_as_the_slowest(server: Gate, world: Registry) -> None:
    """A pod with 20 new images is answered about as soon as one with a single new image, not 20 times as late."""
    one = seconds_for(server, world, 1)
    many = min(seconds_for(server, world, IMAGES) for _ in range(2))
    assert many < 4 * one
