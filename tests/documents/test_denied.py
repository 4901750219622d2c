"""docs/denied.md: from what a developer reads to what they do."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documents import ROOT, blocks, text
from tests.documents.test_policy import TIME, ran
from tests.situations import SITUATIONS
from webhook.core.policy import Action
from webhook.core.reasons import Reason
from webhook.emulator.emulator import Emulator
from webhook.emulator.server import serve
from webhook.emulator.world_file import load_world
from webhook.wiring.clock import now

DOCUMENT = text("docs/denied.md")
SHOWN = [block.removeprefix("$ ").partition("\n")[::2] for block in blocks(DOCUMENT, "console")]


@pytest.fixture(scope="module")
def registry() -> Iterator[str]:
    """The registry of the examples, at its URL."""
    emulator = Emulator(load_world(ROOT / "examples" / "registry.yaml", now=now()), now=now)
    with serve(emulator, host="127.0.0.1", port=0) as served:
        yield served.url


@pytest.mark.parametrize("reason", list(Reason))
def test_each_reason_that_people_hear_of_has_a_next_step(reason: Reason) -> None:
    """What refuses or warns stands in the table once, with its link; what simply passes does not."""
    rows = re.findall(r"^\| (\[.*?) \|", DOCUMENT, re.MULTILINE)
    links = re.findall(r"\[([a-z-]+)\]\(reasons\.md#\1\)", " ".join(rows))
    silent = {finding.action for finding in SITUATIONS[reason].verdict().findings} == {Action.ALLOW}

    assert links.count(reason) == (1 if not silent or reason is Reason.EXEMPTED else 0)


def test_the_message_is_the_one_of_the_demonstration() -> None:
    """It is what the README shows, which is held to what happens."""
    (message,) = [block for block in blocks(DOCUMENT, "text") if block.startswith("Error")]

    assert message in blocks(text("README.md"), "text")


@pytest.mark.parametrize(("command", "output"), SHOWN, ids=["denied", "mended"])
def test_the_worked_example_happens(
    command: str, output: str, registry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each command prints what is shown: the tag is refused, and what it names is admitted by its digest."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    done = ran(command, registry)

    assert TIME.sub("", done.output) == TIME.sub("", output)
    assert done.exit_code == ("1 would be denied" in output)


def test_the_example_is_the_line_that_is_named() -> None:
    """The tag stands in line 13, and is not the digest."""
    line = text("examples/pods/04-unpinned.yaml").splitlines()[12]

    assert line.strip() == "image: cr.yandex/crpk28lsfu91rns28316/shop/api:1.4.2"
