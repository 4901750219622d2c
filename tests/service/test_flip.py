"""A registry that tells the truth and a lie in turn: of every answer exactly one is taken, and it must fit the pod."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.gates import Gate
from tests.service.api_servers import ask_at_once
from tests.service.registry import App, Registry
from webhook.emulator.faults import Fault, Flip, Replace

PAIRS, CONNECTIONS = 80, 8
"""Of a clean image and a bad one, none of which the gate has met before."""

SCANS, NEWEST, IMAGES = "GET */scans/*", "GET */images/*:lastScanResult", "GET */images/crpimage*"


def every_second(path: str, **fields: Any) -> list[Fault]:
    """Return the faults that put these values into every second answer, all of them into the same one."""
    return [Replace(path=path, field=field, value=value, every=2) for field, value in fields.items()]


def other_scan(clean: App) -> list[Fault]:
    """The scan of another image, which is clean, comes in the place of the one that is asked for."""
    return every_second(SCANS, id=clean.scan_id, vulnerabilities={})


def other_image(clean: App) -> list[Fault]:
    """The scan that is asked for is said to be of another image, and clean."""
    return every_second(SCANS, imageId=clean.image_id, vulnerabilities={})


def no_image(_: App) -> list[Fault]:
    """The scan that is asked for is said to be clean, and of no image."""
    return every_second(SCANS, imageId=None, vulnerabilities={})


def newest_of_other(clean: App) -> list[Fault]:
    """The newest scan is said to be of another image, and clean."""
    return every_second(NEWEST, imageId=clean.image_id, id=clean.scan_id, vulnerabilities={})


LIES: list[Callable[[App], list[Fault]]] = [other_scan, other_image, no_image, newest_of_other]


@pytest.mark.parametrize("lies", LIES)
def test_lies_about_scans_let_nothing_in(server: Gate, world: Registry, lies: Callable[[App], list[Fault]]) -> None:
    """No bad image is admitted by half of the answers, whether its scan is named or found; clean ones are, by the
    true half."""
    lender, clean, bad = world.app(), world.apps(PAIRS), world.apps(PAIRS, critical=1)
    world.emulator.faults.replace(lies(lender))
    reviews = [app.bare_review() if lies is newest_of_other else app.review() for app in (*clean, *bad)]
    answers = ask_at_once(server, reviews, connections=CONNECTIONS)
    world.emulator.faults.clear()
    assert {answer.allowed for answer in answers[PAIRS:]} == {False}
    assert {answer.allowed for answer in answers[:PAIRS]} == {True, False}


def test_lies_about_digests_let_nothing_in(server: Gate, world: Registry) -> None:
    """A bad image that borrows a clean scan is refused, whatever else the registry says that scan's image is."""
    clean, bad = world.apps(PAIRS), world.apps(PAIRS, critical=1)
    lies = (
        "",
        "sha256:",
        bad[0].digest.upper(),
        f"{bad[0].digest}\n",
        "sha512:" + bad[0].digest[7:],
        world.app().digest,
    )
    world.emulator.faults.add(Flip(path=IMAGES, field="digest", values=lies))
    reviews = [bad[0].review(app.scan_id) for app in clean] + [app.review() for app in clean]
    answers = ask_at_once(server, reviews, connections=CONNECTIONS)
    world.emulator.faults.clear()
    assert {answer.allowed for answer in answers[:PAIRS]} == {False}
