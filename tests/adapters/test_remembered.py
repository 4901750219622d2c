"""The registry through memory: what is remembered, for how long, and under which name."""

from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.builders import vulnerability
from webhook.adapters.memory import SHORT_SECONDS, Memory
from webhook.adapters.remembered import COOL_DOWN_SECONDS, LONG_SECONDS, NEWEST_SECONDS, Remembered
from webhook.core.deadline import Deadline
from webhook.core.evidence import Counts, RegistryImage, Scan, Vulnerability
from webhook.core.images import Digest, ImageReference
from webhook.core.lookup import ImageId, ScanId
from webhook.core.registry import Children
from webhook.errors import NotRemembered

DIGEST = Digest("sha256:" + "1" * 64)
REFERENCE = ImageReference("cr.yandex", "crp1/shop/api", "v1", None)
DEADLINE = Deadline(10.0, lambda: 0.0)
SCAN_ID, IMAGE_ID = ScanId("che1"), ImageId("crp2")


class Yandex:
    """A registry that knows one image, and counts what it is asked."""

    def __init__(self, status: str = "READY") -> None:
        """Give scans of *status*."""
        self.calls: list[str] = []
        self._scan = Scan(
            id=SCAN_ID,
            image_id=IMAGE_ID,
            status=status,
            scanned_at=datetime(2026, 11, 20, tzinfo=UTC),
            counts=Counts(),
        )

    def scan(self, scan_id: ScanId, deadline: Deadline) -> Scan:
        """Return the scan."""
        self.calls.append("scan")
        return self._scan

    def latest(self, image_id: ImageId, deadline: Deadline) -> Scan:
        """Return the scan."""
        self.calls.append("latest")
        return self._scan

    def vulnerabilities(self, scan_id: ScanId, deadline: Deadline) -> tuple[Vulnerability, ...]:
        """Return one vulnerability."""
        self.calls.append("vulnerabilities")
        return (vulnerability(),)

    def history(self, image_id: ImageId, deadline: Deadline) -> tuple[Scan, ...]:
        """Return the scan."""
        self.calls.append("history")
        return (self._scan,)

    def start(self, image_id: ImageId, deadline: Deadline) -> None:
        """Count a started scan."""
        self.calls.append("start")

    def image(self, image_id: ImageId, deadline: Deadline) -> RegistryImage:
        """Return the image."""
        self.calls.append("image")
        return RegistryImage(id=IMAGE_ID, name="crp1/shop/api", digest=DIGEST)

    def find(self, repository: str, digest: Digest, deadline: Deadline) -> RegistryImage:
        """Return the image."""
        self.calls.append("find")
        return RegistryImage(id=IMAGE_ID, name=repository, digest=digest)

    def pin(self, reference: ImageReference, deadline: Deadline) -> Digest:
        """Return the digest."""
        self.calls.append("pin")
        return DIGEST

    def children(self, reference: ImageReference, digest: Digest, deadline: Deadline) -> Children | None:
        """Return an index of one."""
        self.calls.append("children")
        return (("linux/amd64", DIGEST),)


QUESTIONS: list[tuple[str, Callable[[Remembered], Any], float]] = [
    ("scan", lambda registry: registry.scan(SCAN_ID, DEADLINE), LONG_SECONDS),
    ("latest", lambda registry: registry.latest(IMAGE_ID, DEADLINE), NEWEST_SECONDS),
    ("vulnerabilities", lambda registry: registry.vulnerabilities(SCAN_ID, DEADLINE), LONG_SECONDS),
    ("history", lambda registry: registry.history(IMAGE_ID, DEADLINE), NEWEST_SECONDS),
    ("start", lambda registry: registry.start(IMAGE_ID, DEADLINE), COOL_DOWN_SECONDS),
    ("image", lambda registry: registry.image(IMAGE_ID, DEADLINE), LONG_SECONDS),
    ("find", lambda registry: registry.find("crp1/shop/api", DIGEST, DEADLINE), LONG_SECONDS),
    ("pin", lambda registry: registry.pin(REFERENCE, DEADLINE), SHORT_SECONDS),
    ("children", lambda registry: registry.children(REFERENCE, DIGEST, DEADLINE), LONG_SECONDS),
]


def through(memory: Memory, yandex: Yandex, *, recalled: bool = False) -> Remembered:
    """Return the registry, asked through *memory* or found in it."""
    ask = memory.recall if recalled else memory.ask
    return Remembered(yandex, yandex, ask, ask_lists=ask)


class Times:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@pytest.mark.parametrize(("name", "question", "seconds"), QUESTIONS, ids=[question[0] for question in QUESTIONS])
def test_each_answer_is_remembered_for_its_time(
    name: str, question: Callable[[Remembered], Any], seconds: float
) -> None:
    """Within its time a second question makes no call; after it, one."""
    clock, yandex = Times(), Yandex()
    registry = through(Memory(size=10, clock=clock, jitter=lambda: 0.0), yandex)
    question(registry)
    clock.now = seconds - 0.1
    question(registry)
    assert yandex.calls == [name]
    clock.now = seconds + 0.1
    question(registry)
    assert yandex.calls == [name, name]


@pytest.mark.parametrize("question", [QUESTIONS[0][1], QUESTIONS[1][1]], ids=["scan", "latest"])
def test_a_running_scan_is_remembered_for_seconds(question: Callable[[Remembered], Any]) -> None:
    """What will change by itself is asked for again soon."""
    clock, yandex = Times(), Yandex("RUNNING")
    registry = through(Memory(size=10, clock=clock, jitter=lambda: 0.0), yandex)
    question(registry)
    clock.now = SHORT_SECONDS + 0.1
    question(registry)
    assert len(yandex.calls) == 2


def test_an_answer_says_whether_it_was_remembered() -> None:
    """The audit record can tell a fresh answer from an old one."""
    yandex = Yandex()
    registry = through(Memory(size=10, clock=Times(), jitter=lambda: 0.0), yandex)
    assert [registry.scan(SCAN_ID, DEADLINE).cached for _ in range(2)] == [False, True]
    assert [registry.image(IMAGE_ID, DEADLINE).cached for _ in range(2)] == [False, True]
    assert [registry.history(IMAGE_ID, DEADLINE)[0].cached for _ in range(2)] == [False, True]


@pytest.mark.parametrize(
    "question", [question[1] for question in QUESTIONS], ids=[question[0] for question in QUESTIONS]
)
def test_memory_alone_makes_no_call(question: Callable[[Remembered], Any]) -> None:
    """Asked by way of recalling, the registry itself is never asked."""
    yandex = Yandex()
    registry = through(Memory(size=10, clock=Times(), jitter=lambda: 0.0), yandex, recalled=True)
    with pytest.raises(NotRemembered):
        question(registry)
    assert yandex.calls == []


def test_answers_are_kept_under_ids_and_digests() -> None:
    """No key is a text that could name something else tomorrow; only a tag's own answer is kept by its tag."""
    keys: list[tuple[Hashable, ...]] = []

    class Noting(Memory):
        def ask(self, key: Any, fetch: Any, deadline: Any, seconds: Any) -> Any:
            keys.append(key)
            return super().ask(key, fetch, deadline, seconds)

    yandex = Yandex()
    registry = through(Noting(size=10, clock=Times(), jitter=lambda: 0.0), yandex)
    for _, question, _ in QUESTIONS:
        question(registry)
    assert keys == [
        ("scan", SCAN_ID),
        ("latest", IMAGE_ID),
        ("vulnerabilities", SCAN_ID),
        ("history", IMAGE_ID),
        ("start", IMAGE_ID),
        ("image", IMAGE_ID),
        ("find", "crp1/shop/api", DIGEST),
        ("pin", REFERENCE),
        ("children", "cr.yandex", "crp1/shop/api", DIGEST),
    ]
