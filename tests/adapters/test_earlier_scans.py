"""Earlier scans of an image, looked up in files."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import DIGEST, NOW, digest_of
from webhook.adapters.earlier_scans import EarlierScans
from webhook.core.evidence import Counts
from webhook.core.history import EarlierScan, History, render_history
from webhook.core.lookup import ScanId
from webhook.errors import InvalidDocument


def scans(*names: str) -> History:
    """Return scans, each a day older than the one before."""
    return tuple(
        EarlierScan(ScanId(f"che{name}"), NOW - timedelta(days=days), Counts(high=days))
        for days, name in enumerate(names)
    )


def test_each_image(tmp_path: Path) -> None:
    """Wherever the line of an image is, it is found, and no other one."""
    written = {digest_of(str(number)): scans(f"a{number}", f"b{number}") for number in range(20)}
    half = list(written.items())[:10]
    (tmp_path / "t-0.history").write_text(render_history(dict(half)))
    (tmp_path / "t-1.history").write_text(render_history(dict(list(written.items())[10:])))
    earlier = EarlierScans(tmp_path)
    assert {digest: earlier.of(digest) for digest in written} == written
    assert earlier.of(DIGEST) == ()


def test_two_tables(tmp_path: Path) -> None:
    """What both say of an image is put together."""
    (tmp_path / "a-0.history").write_text(render_history({DIGEST: scans("1", "2", "3")}))
    (tmp_path / "b-0.history").write_text(render_history({DIGEST: scans("1", "2")}))
    assert EarlierScans(tmp_path).of(DIGEST) == scans("1", "2", "3")


def test_change(tmp_path: Path) -> None:
    """A question is answered from the files as they are then."""
    earlier = EarlierScans(tmp_path)
    assert earlier.of(DIGEST) == ()
    (tmp_path / "t-0.history").write_text(render_history({DIGEST: scans("1")}))
    assert earlier.of(DIGEST) == scans("1")


def test_other_files(tmp_path: Path) -> None:
    """Entries, a file without content, and what begins with a dot are no histories."""
    for name in ("t-0.json", ".t-0.history"):
        (tmp_path / name).write_text(render_history({DIGEST: scans("1")}))
    (tmp_path / "t-1.history").write_text("")
    assert EarlierScans(tmp_path).of(DIGEST) == ()


def test_line_that_is_none(tmp_path: Path) -> None:
    """It is refused, and the message names the file; other images are not concerned."""
    (tmp_path / "t-0.history").write_text(f'{{\n"{DIGEST}":[["che1"]]\n}}\n')
    with pytest.raises(InvalidDocument, match=r"t-0\.history: "):
        EarlierScans(tmp_path).of(DIGEST)
    assert EarlierScans(tmp_path).of(digest_of("other")) == ()


def test_what_cannot_be_read(tmp_path: Path) -> None:
    """A folder that is not there is told from one that says nothing; so is a file that is none."""
    with pytest.raises(InvalidDocument, match="nowhere: cannot be read"):
        EarlierScans(tmp_path / "nowhere").of(DIGEST)
    (tmp_path / "t-0.history").mkdir()
    with pytest.raises(InvalidDocument, match=r"t-0\.history: cannot be read"):
        EarlierScans(tmp_path).of(DIGEST)
