"""Streams of manifests, read as kubectl reads them."""

from pathlib import Path

import pytest

from webhook.adapters.manifests import load_manifests, manifest_files, read_manifests
from webhook.errors import InvalidDocument

STREAM = """\
# Source: chart/templates/a.yaml
apiVersion: v1
kind: A
---
# nothing here
---
apiVersion: v1
kind: B
data:
  8080: web
  on: off
base: &base {x: 1, y: 2}
more:
  <<: *base
  y: 3
when: 2026-01-01
enum: [=, "!="]
"""


def test_stream() -> None:
    """Documents come in order, empty ones are left out, and lines are those of the whole stream."""
    first, second = read_manifests(STREAM.encode(), "standard input")
    assert (first.content["kind"], second.content["kind"]) == ("A", "B")
    assert (first.line(("kind",)), second.line(("kind",))) == (3, 8)
    assert second.place(("data",)) == "standard input:9"


def test_as_kubectl_reads() -> None:
    """Keys become text, merged mappings are merged, and a day and a lonely sign stay text."""
    content = read_manifests(STREAM.encode(), "x")[1].content
    assert content["data"] == {"8080": "web", "on": False}
    assert content["more"] == {"x": 1, "y": 3}
    assert (content["when"], content["enum"]) == ("2026-01-01", ["=", "!="])


@pytest.mark.parametrize("text", ['{"kind": "A", "text": "\\ud83d\\ude00"}', "{kind: A, text: \U0001f600}"])
def test_braces(text: str) -> None:
    """What begins with a brace is JSON, or else YAML."""
    [document] = read_manifests(text.encode(), "x")
    assert document.content == {"kind": "A", "text": "\U0001f600"}


def test_nothing() -> None:
    """An empty stream has no documents."""
    assert read_manifests(b"", "x") == ()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"a: 1\na: 2\n", "line 2: key 'a' stands twice"),
        (b"? [a]\n: 1\n", "line 1: a key is not text"),
        (b"a: [", "line 2"),
        (b"\xff\xfe\xff", ""),
        (b"[" * 200, "nested deeper than 100"),
        (b"a: !!python/object:os.system x", "could not determine a constructor"),
    ],
)
def test_what_is_no_stream(body: bytes, said: str) -> None:
    """It is told with its line, and nothing else escapes."""
    with pytest.raises(InvalidDocument) as raised:
        read_manifests(body, "x.yaml")
    assert str(raised.value).startswith("x.yaml: ")
    assert said in str(raised.value)


def test_files(tmp_path: Path) -> None:
    """A folder stands for its files in name order, those below it only where that is asked for; never hidden ones."""
    for name in ("b.yaml", "a.yml", "c.txt", ".d.yaml", "sub/e.json", ".git/f.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    assert [file.name for file in manifest_files(tmp_path, recursive=False)] == ["a.yml", "b.yaml"]
    assert [file.name for file in manifest_files(tmp_path, recursive=True)] == ["a.yml", "b.yaml", "e.json"]
    assert manifest_files(tmp_path / "c.txt", recursive=False) == (tmp_path / "c.txt",)


def test_file_that_is_not_there(tmp_path: Path) -> None:
    """It is named."""
    with pytest.raises(InvalidDocument, match=r"none\.yaml: cannot be read: No such file"):
        load_manifests(tmp_path / "none.yaml")


def bomb(levels: int) -> bytes:
    """Return a manifest of so many lists, each of ten aliases of the one before it."""
    lists = [f"a{level + 1}: &a{level + 1} [{', '.join([f'*a{level}'] * 10)}]" for level in range(levels)]
    return "\n".join(["apiVersion: v1", "kind: Pod", "a0: &a0 [x, x, x]", *lists]).encode()


def test_aliases_of_aliases_are_refused_before_they_are_unfolded() -> None:
    """Five hundred bytes would be half a gigabyte of JSON."""
    assert len(read_manifests(bomb(3), "pod.yaml")) == 1
    with pytest.raises(InvalidDocument, match=r"pod\.yaml: its aliases stand for more than 100000 values"):
        read_manifests(bomb(8), "pod.yaml")


def test_aliases_are_counted_as_what_they_stand_for() -> None:
    """Also in merged mappings, behind scalars, and where an anchor is used again."""
    many = "[" + ", ".join(["x"] * 400) + "]"
    stream = f"a: &a {many}\nb: &b x\nc: [*b, *a]\nd: &m {{e: *a}}\nf: {{<<: *m}}\n"

    assert len(read_manifests(stream.encode(), "a.yaml")) == 1
    with pytest.raises(InvalidDocument, match="aliases"):
        read_manifests(f"{stream}g: [{', '.join(['*m'] * 300)}]\n".encode(), "a.yaml")
