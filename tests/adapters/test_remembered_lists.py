"""Lists of vulnerabilities, remembered."""

from tests.builders import IMAGE_ID, SCAN_ID, scan, vulnerability
from tests.fakes import DEADLINE, FakeRegistry
from webhook.adapters.memory import Memory
from webhook.adapters.packing import kib
from webhook.adapters.remembered import Remembered
from webhook.core.lookup import ScanId

LISTED = (vulnerability(), vulnerability(id="CVE-2026-2", fixed_by="5.40.2", link=None))


def test_a_list_is_the_same_from_memory() -> None:
    """What was packed comes back whole, and is asked for once."""
    yandex = FakeRegistry(found={SCAN_ID: LISTED})
    lists = Memory(size=1, clock=lambda: 0.0, jitter=lambda: 0.0, weigh=kib)
    registry = Remembered(yandex, yandex, lists.ask, ask_lists=lists.ask)

    assert [registry.vulnerabilities(SCAN_ID, DEADLINE) for _ in range(2)] == [LISTED] * 2
    assert len(yandex.calls) == 1


def test_lists_have_a_memory_of_their_own() -> None:
    """However many lists there are, the scans and their history stay."""
    names = [ScanId(f"che{number}") for number in range(5)]
    yandex = FakeRegistry(scans={SCAN_ID: scan()}, histories={IMAGE_ID: (scan(),)}, found=dict.fromkeys(names, LISTED))
    answers = Memory(size=2, clock=lambda: 0.0, jitter=lambda: 0.0)
    lists = Memory(size=2, clock=lambda: 0.0, jitter=lambda: 0.0, weigh=kib)
    registry = Remembered(yandex, yandex, answers.ask, ask_lists=lists.ask)
    registry.scan(SCAN_ID, DEADLINE)
    registry.history(IMAGE_ID, DEADLINE)
    for name in names:
        registry.vulnerabilities(name, DEADLINE)

    assert registry.scan(SCAN_ID, DEADLINE).cached
    assert registry.history(IMAGE_ID, DEADLINE)[0].cached
