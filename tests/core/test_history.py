"""What earlier scans of an image found: what is remembered, and how it is written."""

from datetime import timedelta

import pytest

from tests.builders import DIGEST, NOW, digest_of
from webhook.core.evidence import Counts
from webhook.core.history import Bounds, EarlierScan, History, parse_history, remember, render_history
from webhook.core.lookup import ScanId
from webhook.errors import InvalidDocument

BOUNDS = Bounds(scans=3, age=timedelta(days=10))


def scan(number: int, *, high: int = 0, days: float = 0) -> EarlierScan:
    """Return a scan that finished *days* ago."""
    return EarlierScan(ScanId(f"che{number}"), NOW - timedelta(days=days), Counts(high=high))


def ids(history: History) -> list[str]:
    """Return the ids of the scans, in their order."""
    return [str(one.scan_id) for one in history]


def test_newest_first() -> None:
    """A scan takes its place by its time, however late it is heard of."""
    history = remember((scan(3, high=3, days=1),), scan(2, high=2, days=2), BOUNDS, now=NOW)
    assert ids(history) == ["che3", "che2"]


def test_same_scan_again() -> None:
    """One that is known already is not remembered twice."""
    history = (scan(1, days=1),)
    assert remember(history, scan(1, days=1), BOUNDS, now=NOW) == history


def test_no_scan() -> None:
    """Without a scan the rest is still held to the bounds."""
    assert ids(remember((scan(2, days=9), scan(1, days=11)), None, BOUNDS, now=NOW)) == ["che2"]


def test_bound_on_scans() -> None:
    """The oldest go when there are too many."""
    history = tuple(scan(number, high=number, days=9 - number) for number in (3, 2, 1))
    assert ids(remember(history, scan(4, high=4), BOUNDS, now=NOW)) == ["che4", "che3", "che2"]


def test_scans_that_found_the_same() -> None:
    """Of these the first and the last are kept: since when something was found, and until when it was not."""
    history: History = ()
    for number in range(9):
        history = remember(history, scan(number, high=number // 5, days=9 - number), BOUNDS, now=NOW)
    assert ids(history) == ["che8", "che5", "che4"]


def test_written_and_read() -> None:
    """What was written is read as it was, images in the order of their digests; those without scans are left out."""
    first, second, third = sorted(map(digest_of, "abc"))
    scans = {second: (scan(2, high=7), scan(1, days=1)), first: (scan(3),), third: ()}
    text = render_history(scans)
    assert parse_history(text, "it") == {digest: history for digest, history in scans.items() if history}
    assert text.index(first) < text.index(second)
    assert len(text.splitlines()) == 4


def test_nothing_written() -> None:
    """No scans are an empty document."""
    assert render_history({DIGEST: ()}) == "{}\n"


def test_the_documented_form() -> None:
    """A row has id, time and the counts from critical to undefined."""
    text = f'{{"{DIGEST}": [["che1", "2026-06-27T13:00:38.645Z", 0, 2, 39, 63, 1, 36]]}}'
    ((only,),) = parse_history(text, "it").values()
    assert only.counts == Counts(high=2, medium=39, low=63, negligible=1, undefined=36)
    assert only.scanned_at.minute == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "\xff",
        '{"sha256:1": []}',
        f'{{"{DIGEST}": [["che1"]]}}',
        f'{{"{DIGEST}": [["che1", "today", 0, 0, 0, 0, 0, 0]]}}',
        f'{{"{DIGEST}": [["../x", "2026-06-27T13:00:38Z", 0, 0, 0, 0, 0, 0]]}}',
        f'{{"{DIGEST}": [["che1", "2026-06-27T13:00:38Z", 0, 0, 0, 0, 0, -1]]}}',
        f'{{"{DIGEST}": [["che1", "2026-06-27T13:00:38Z", 0, 0, 0, 0, 0, 1, 2]]}}',
    ],
)
def test_what_is_no_history(text: str) -> None:
    """It is refused as a whole, and the message names where it stands."""
    with pytest.raises(InvalidDocument, match="^it: "):
        parse_history(text, "it")
