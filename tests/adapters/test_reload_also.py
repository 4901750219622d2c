"""Reloaded values that name further files, and what happens with a value that is taken up."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.mounts import Mount, replace
from tests.policies import INTERVAL, eventually
from webhook.adapters.files import load
from webhook.adapters.reload import RETRY_LOOKS, Reloaded
from webhook.errors import InvalidDocument

LOG = logging.getLogger("tests.reload")


@dataclass(frozen=True)
class Letter:
    """A file, and another one that it names."""

    enclosure: Path
    text: str


def read_letter(file: Path) -> Callable[[Letter | None], Letter]:
    """Return what reads a letter with its enclosure."""

    def read(_: Letter | None) -> Letter:
        enclosure = file.parent / str(load(file).content["enclosure"])
        return Letter(enclosure, str(load(enclosure).content["text"]))

    return read


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a letter with an enclosure beside it."""
    (tmp_path / "one.yaml").write_text("text: first")
    (tmp_path / "letter.yaml").write_text("enclosure: one.yaml")
    return tmp_path / "letter.yaml"


@pytest.fixture
def letters(file: Path) -> Iterator[Reloaded[Letter]]:
    """Give that letter, read once."""
    reloaded = Reloaded("letter", file, read_letter(file), log=LOG, also=lambda letter: [letter.enclosure])
    yield reloaded
    reloaded.stop()


def look(letters: Reloaded[Letter], times: int = 2) -> str:
    """Look as often as a file needs that has come to rest, and return the text that is in force."""
    for _ in range(times):
        letters.look()
    return letters.value().text


def says(letters: Reloaded[Letter], text: str) -> Callable[[], bool]:
    """Return what tells whether that text is in force."""
    return lambda: letters.value().text == text


def test_a_file_that_the_value_names_is_watched(file: Path, letters: Reloaded[Letter]) -> None:
    """The value is read again although its own file is as it was; at rest it is left alone."""
    replace(file.parent / "one.yaml", "text: second")
    assert look(letters, 1) == "first"
    assert look(letters, 1) == "second"
    assert look(letters, 10) == "second"
    assert letters.changes == 1


def test_another_file_is_watched_when_the_value_names_another(file: Path, letters: Reloaded[Letter]) -> None:
    """The one that is named no longer is forgotten."""
    (file.parent / "two.yaml").write_text("text: other")
    replace(file, "enclosure: two.yaml")
    assert look(letters) == "other"

    replace(file.parent / "one.yaml", "text: nobody reads this")
    assert look(letters, 5) == "other"
    assert letters.changes == 1

    replace(file.parent / "two.yaml", "text: another")
    assert look(letters) == "another"


def test_a_named_file_that_is_gone_keeps_the_value(file: Path, letters: Reloaded[Letter]) -> None:
    """It is a problem like any other, and over when the file is back."""
    (file.parent / "one.yaml").unlink()
    assert look(letters) == "first"
    assert "one.yaml: cannot be read" in (letters.problem or "")

    (file.parent / "one.yaml").write_text("text: back")
    assert look(letters) == "back"
    assert letters.problem is None


def test_a_named_file_must_be_there_from_the_start(file: Path) -> None:
    """There is no good value yet that could be kept."""
    (file.parent / "one.yaml").unlink()
    with pytest.raises(InvalidDocument, match=r"one\.yaml"):
        Reloaded("letter", file, read_letter(file), log=LOG, also=lambda letter: [letter.enclosure])


def test_files_of_one_mount_change_together(tmp_path: Path) -> None:
    """A value is not put together from the one file before the kubelet's swap and the other after it."""
    mount = Mount(tmp_path / "mounted")
    mount.publish({"letter.yaml": "enclosure: one.yaml", "one.yaml": "text: first"})
    file = mount.folder / "letter.yaml"
    swaps = iter([{"letter.yaml": "enclosure: two.yaml", "two.yaml": "text: third"}])
    plainly = read_letter(file)

    def read(before: Letter | None) -> Letter:
        letter = plainly(before)
        if before is not None:
            for files in swaps:
                mount.publish(files)
        return letter

    letters = Reloaded("letter", file, read, log=LOG, also=lambda letter: [letter.enclosure])
    mount.publish({"letter.yaml": "enclosure: one.yaml", "one.yaml": "text: second"})

    assert look(letters) == "first"
    assert look(letters) == "third"
    assert letters.changes == 1


def test_who_forks_the_others_follows_named_files_too(file: Path, letters: Reloaded[Letter]) -> None:
    """One that is forked late begins with what they say now."""
    replace(file.parent / "one.yaml", "text: second")
    for _ in range(2):
        letters.follow()

    assert letters.value().text == "second"


def test_what_is_taken_up_is_handed_on(file: Path, letters: Reloaded[Letter]) -> None:
    """Once for each change, and not for the value that was there at the start."""
    taken: list[str] = []
    letters.start(lambda letter: taken.append(letter.text), interval=INTERVAL)
    assert taken == []

    for text in ("second", "third"):
        replace(file.parent / "one.yaml", f"text: {text}")
        assert eventually(says(letters, text))

    assert eventually(lambda: taken == ["second", "third"])


def test_what_changed_before_the_start_is_handed_on(file: Path, letters: Reloaded[Letter]) -> None:
    """A process that is forked late does not begin with the value of its parent."""
    taken: list[str] = []
    replace(file.parent / "one.yaml", "text: second")

    letters.start(lambda letter: taken.append(letter.text), interval=INTERVAL)

    assert taken == ["second"]


@pytest.mark.parametrize("error", [InvalidDocument("the new text cannot be used"), ZeroDivisionError("x")])
def test_a_value_that_cannot_be_used_is_a_problem_and_tried_again(
    file: Path, letters: Reloaded[Letter], error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever the taker broke on: it is shown, logged, and given the value once more after a while."""
    taken: list[str] = []

    def take(letter: Letter) -> None:
        taken.append(letter.text)
        if len(taken) == 1:
            raise error

    letters.start(take, interval=60.0)
    replace(file.parent / "one.yaml", "text: second")
    look(letters)
    assert taken == ["second"]
    assert (letters.problem or "").endswith(str(error) if isinstance(error, InvalidDocument) else "while it was read")
    assert letters.failures == 1
    assert "the letter is kept as it was" in caplog.text

    look(letters, RETRY_LOOKS)

    assert taken == ["second", "second"]
    assert letters.problem is None
