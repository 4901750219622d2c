"""Stamps: which files a path stands for, and that every change of one shows."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.mounts import Mount, replace
from webhook.adapters.stamps import members, stamp


def test_a_folder_stands_for_its_visible_yaml_and_json_files(tmp_path: Path) -> None:
    """A README, a folder, or what the kubelet hides is no part of a table."""
    for name in ("b.json", "a.yaml", "c.yml", "README.md", ".hidden.json"):
        (tmp_path / name).touch()
    (tmp_path / "..data").mkdir()

    assert [file.name for file in members(tmp_path)] == ["a.yaml", "b.json", "c.yml"]


def test_a_file_stands_for_itself_whatever_its_name(tmp_path: Path) -> None:
    """Somebody named it, so it is meant; it need not even be there."""
    assert members(tmp_path / "policy.conf") == (tmp_path / "policy.conf",)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda file: file.write_text("longer"), id="written in place"),
        pytest.param(lambda file: replace(file, "new"), id="replaced by a text as long"),
        pytest.param(lambda file: os.utime(file, ns=(1, 1)), id="another time of change"),
        pytest.param(lambda file: file.unlink(), id="removed"),
        pytest.param(lambda file: file.with_name("more.json").touch(), id="another file beside it"),
        pytest.param(lambda file: file.rename(file.with_name("else.json")), id="another name"),
    ],
)
def test_every_change_in_a_folder_shows(tmp_path: Path, change: Callable[[Path], object]) -> None:
    """A table in shards has changed when any of its files has."""
    file = tmp_path / "table.json"
    file.write_text("old", encoding="utf-8")
    before = stamp(tmp_path)

    change(file)

    assert stamp(tmp_path) != before


def test_nothing_shows_while_nothing_changes(tmp_path: Path) -> None:
    """Reading is no change, and neither is a hidden file."""
    (tmp_path / "table.json").write_text("{}", encoding="utf-8")
    before = stamp(tmp_path)

    (tmp_path / "table.json").read_text(encoding="utf-8")
    (tmp_path / ".table.json.swp").touch()

    assert stamp(tmp_path) == before


@pytest.mark.parametrize("watched", [".", "policy.yaml"])
def test_the_kubelets_swap_of_a_link_shows(tmp_path: Path, watched: str) -> None:
    """Neither the folder nor the link in it changes when the kubelet turns `..data`; what they lead to does."""
    mount = Mount(tmp_path / "mounted")
    mount.publish({"policy.yaml": "old"})
    before = stamp(mount.folder / watched)

    mount.publish({"policy.yaml": "new"})

    assert stamp(mount.folder / watched) != before


def test_what_is_not_there_has_a_stamp_too(tmp_path: Path) -> None:
    """A file that vanishes is a change like any other."""
    assert stamp(tmp_path / "gone.yaml") == (("gone.yaml",),)


def test_a_folder_that_cannot_be_listed_has_a_stamp_too(tmp_path: Path) -> None:
    """Looking never fails; reading says why."""
    assert stamp(tmp_path / ("x" * 300)) == ()
