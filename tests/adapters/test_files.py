"""Files that people write: read whole, without surprises, and refused with a line that helps."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mounts import Mount
from webhook.adapters.files import load, load_all, load_json, read_json
from webhook.errors import InvalidDocument


def write(folder: Path, name: str, text: str | bytes) -> Path:
    """Write a file into *folder*."""
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def refusal(file: Path) -> str:
    """Return why *file* is refused; the message must name it first."""
    with pytest.raises(InvalidDocument) as caught:
        load(file)
    message = str(caught.value)
    assert message.startswith(f"{file}: ")
    assert "\n" not in message
    return message.removeprefix(f"{file}: ")


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.yaml", "a: {b: [1, two]}\n"), ("a.yml", "a:\n  b:\n  - 1\n  - two\n"), ("a.json", '{"a": {"b": [1, "two"]}}')],
)
def test_content_is_read(tmp_path: Path, name: str, text: str) -> None:
    """YAML and JSON give the same content."""
    assert load(write(tmp_path, name, text)).content == {"a": {"b": [1, "two"]}}


def test_document_knows_where_it_came_from(tmp_path: Path) -> None:
    """A document carries its path, and the content address of the very bytes that were read."""
    file = write(tmp_path, "a.yaml", "a: b  # and a comment\n")
    document = load(file)
    assert document.source == str(file)
    assert document.digest == f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"


def test_empty_file_has_no_content(tmp_path: Path) -> None:
    """An empty YAML file is a document without content; whoever needs one refuses it."""
    assert load(write(tmp_path, "a.yaml", "# nothing yet\n")).content is None


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        pytest.param("a.yaml", "a: 1\nb: 2\na: 3\n", "line 3: key 'a' stands twice", id="key twice"),
        pytest.param("a.yaml", "a:\n  b: 1\n  b: 1\n", "line 3: key 'b' stands twice", id="key twice further down"),
        pytest.param("a.json", '{"a": 1, "a": 2}', "key 'a' stands twice", id="JSON key twice"),
        pytest.param("a.json", '{"a": [{"b": 1, "b": 1}]}', "key 'b' stands twice", id="JSON key twice further down"),
        pytest.param("a.yaml", "a: 1\n7: x\n", "line 2: key 7 is not text", id="number for a key"),
        pytest.param("a.yaml", "on: x\n", "line 1: key True is not text", id="word that YAML takes for a truth value"),
        pytest.param("a.yaml", "? [a]\n: x\n", "line 1: key ['a'] is not text", id="list for a key"),
        pytest.param("a.yaml", "a: 1\nb: [1,\n", "line 3: did not find expected node content", id="broken YAML"),
        pytest.param("a.yaml", "a: *b\n", "line 1: found undefined alias", id="alias of nothing"),
        pytest.param("a.yaml", "a: 1\n---\nb: 2\n", "line 2: but found another document", id="two documents"),
        pytest.param("a.yaml", "a: &a {b: 1}\nc: {<<: *a}\n", "line 2: could not determine", id="merge key"),
        pytest.param("a.yaml", "a: !!python/name:os.system\n", "line 1: could not determine", id="Python object"),
        pytest.param("a.yaml", "a: &a {b: *a}\n", "line 1: found unconstructable recursive node", id="endless mapping"),
        pytest.param("a.yaml", "a: \x00\n", "control characters are not allowed", id="NUL"),
        pytest.param("a.yaml", b"a: \xff\n", "invalid leading UTF-8 octet", id="not UTF-8"),
        pytest.param("a.yaml", "a: !!timestamp 2026-13-01\n", "month must be in 1..12", id="no date"),
        pytest.param("a.yaml", "a: !!timestamp x\n", "", id="value that is no timestamp"),
        pytest.param("a.yaml", "a: !!bool x\n", "", id="value that is no truth value"),
        pytest.param("a.yaml", "a: !!int ''\n", "", id="value that is no number"),
        pytest.param("a.yaml", "a: " + "9" * 5000, "", id="number of 5000 digits"),
        pytest.param("a.json", "[" + "9" * 5000 + "]", "", id="JSON number of 5000 digits"),
        pytest.param("a.json", "", "Expecting value", id="empty JSON"),
        pytest.param("a.json", '{"a": 1', "Expecting ',' delimiter", id="broken JSON"),
        pytest.param("a.json", b'{"a": "\xff"}', "can't decode byte", id="JSON that is not UTF-8"),
        pytest.param("a.json", "[" * 100_000, "", id="JSON nested 100,000 deep"),
        pytest.param("a.yaml", "- " * 3000 + "x", "", id="YAML nested 3,000 deep"),
    ],
)
def test_file_that_cannot_be_understood(tmp_path: Path, name: str, text: str | bytes, said: str) -> None:
    """What is wrong with a file is said in one line, with the file and, in YAML, the line of it."""
    assert said in refusal(write(tmp_path, name, text))


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_yaml_that_is_nested_without_end(tmp_path: Path, opening: str) -> None:
    """YAML of any depth is refused; it never takes the process down, which would take every reload with it."""
    file = write(tmp_path, "a.yaml", opening * 100_000)
    code = "import sys, pathlib; from webhook.adapters.files import load; load(pathlib.Path(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "InvalidDocument" in done.stderr.splitlines()[-1]


def test_aliases_are_not_unfolded(tmp_path: Path) -> None:
    """Lists of lists of aliases stay as small in memory as they are in the file."""
    lines = ["l0: &l0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 30)]
    content = load(write(tmp_path, "a.yaml", "\n".join(lines))).content
    assert all(item is content["l28"] for item in content["l29"])


def test_bomb_of_aliases_is_refused_as_small_as_it_is(tmp_path: Path) -> None:
    """A table of a few hundred bytes that unfolds to more than there is memory is refused like any other mistake."""
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    file = write(tmp_path, "a.yaml", f"sha256:{'0' * 64}: {{{', '.join(levels)}}}")
    code = (
        "import pathlib, resource, sys\n"
        "from webhook.adapters.files import load\n"
        "from webhook.core.table import parse_table\n"
        "resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))\n"
        "parse_table([load(pathlib.Path(sys.argv[1]))])\n"
    )
    done = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True, check=False)
    assert "InvalidDocument" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("name", ["missing.yaml", "folder.yaml", "missing.json"])
def test_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    """A file that is not there, or is a folder, is said to be so."""
    (tmp_path / "folder.yaml").mkdir()
    assert "cannot be read: " in refusal(tmp_path / name)


def test_folder_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    """Every YAML and JSON file of a folder is read, in the order of their names; others are left alone."""
    for name in ("c.json", "a.yaml", "b.yml"):
        write(tmp_path, name, json.dumps({"is": name}))
    write(tmp_path, "README.md", "{")
    write(tmp_path, ".hidden.yaml", "{")
    write(tmp_path, "a.yaml.bak", "{")
    assert [document.content["is"] for document in load_all(tmp_path)] == ["a.yaml", "b.yml", "c.json"]


def test_file_is_a_folder_of_one(tmp_path: Path) -> None:
    """Where a single file is named, it is read whatever its name ends with."""
    assert [document.content for document in load_all(write(tmp_path, "table", "a: b"))] == [{"a": "b"}]


def test_empty_folder_gives_nothing(tmp_path: Path) -> None:
    """A folder without files is no error: its files may come later."""
    assert load_all(tmp_path) == ()


def test_folder_that_is_not_there(tmp_path: Path) -> None:
    """A path that does not exist is refused."""
    with pytest.raises(InvalidDocument, match="cannot be read"):
        load_all(tmp_path / "nowhere")


def test_mounted_config_map_is_read_once(tmp_path: Path) -> None:
    """The hidden entries in which the kubelet keeps a ConfigMap's versions do not count as files."""
    mount = Mount(tmp_path / "mount")
    mount.publish({"a.yaml": "is: first"})
    mount.publish({"a.yaml": "is: second", "b.yaml": "is: other"})
    assert [document.content for document in load_all(mount.folder)] == [{"is": "second"}, {"is": "other"}]


def test_one_bad_file_spoils_the_folder(tmp_path: Path) -> None:
    """A folder is read whole or not at all, and the file that is wrong is named."""
    write(tmp_path, "a.yaml", "a: b")
    bad = write(tmp_path, "b.yaml", "a: [")
    with pytest.raises(InvalidDocument, match=str(bad)):
        load_all(tmp_path)


def test_json_is_read_whatever_the_name_of_its_file(tmp_path: Path) -> None:
    """A key file may be called anything; what is YAML alone is refused."""
    assert load_json(write(tmp_path, "key", '{"a": 1}')).content == {"a": 1}
    for name, text in (("key.yaml", "a: 1"), ("key", '{"a": 1, "a": 2}'), ("key", "")):
        with pytest.raises(InvalidDocument, match=str(tmp_path)):
            load_json(write(tmp_path, name, text))


def test_json_of_a_text_is_read_under_its_name() -> None:
    """As that of a file; a text that was no UTF-8 is a mistake, not a crash."""
    document = read_json('{"a": 1}', "KEY")
    assert (document.source, document.content) == ("KEY", {"a": 1})
    for text in ("{", '{"a": "\udcff"}'):
        with pytest.raises(InvalidDocument, match="^KEY: "):
            read_json(text, "KEY")


def test_day_stays_the_text_that_it_is(tmp_path: Path) -> None:
    """What is meant by a day or a time is not for YAML to say."""
    file = tmp_path / "a.yaml"
    file.write_text("day: 2026-12-31\ntime: 2026-12-31T00:00:00Z\n")

    assert load(file).content == {"day": "2026-12-31", "time": "2026-12-31T00:00:00Z"}
