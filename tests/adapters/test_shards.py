"""Shards: one file of a lookup table, entry by entry, as strictly as a small one is read."""

from pathlib import Path

import pytest

from tests.lookup_tables import digest, hint, written
from webhook.adapters import shards
from webhook.adapters.shards import entries, load_shard
from webhook.core.table import parse_table
from webhook.errors import InvalidDocument

KEY = digest(1)


@pytest.mark.parametrize("name", ["table.json", "table.yaml", "table.yml"])
def test_every_entry_comes_in_order(tmp_path: Path, name: str) -> None:
    """With an image id or without, sha256 or sha512."""
    file = tmp_path / name
    file.write_text(written(range(300)), encoding="utf-8")

    assert list(entries(file)) == [(digest(number), hint(number)) for number in range(300)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "EOF"),
        ("null", "must map digests to scan-result ids"),
        ("[]", "must map digests to scan-result ids"),
        (f'[{{"{KEY}": "che1"}}]', "must map digests to scan-result ids"),
        (f'{{"{KEY}": "che1"', "EOF"),
        (f'{{"{KEY}": "che1"}} more', "trailing garbage"),
        (f'{{"{KEY}": "che1",}}', "invalid object key"),
        (f'{{"{KEY}": NaN}}', "invalid char"),
        ('{"sha256:1": "che1"}', "'sha256:1' is not a digest"),
        (f'{{"{KEY}": "CHE"}}', f"{KEY}: 'CHE' is not a scan result id"),
        (f'{{"{KEY}": 1}}', f"{KEY}: must be a scan-result id or a mapping"),
        (f'{{"{KEY}": null}}', f"{KEY}: must be a scan-result id or a mapping"),
        (f'{{"{KEY}": {{}}}}', f"{KEY}: must be a scan-result id or a mapping"),
        (f'{{"{KEY}": {{"imageId": "crp1"}}}}', f"{KEY}: must be a scan-result id or a mapping"),
        (f'{{"{KEY}": {{"scanResultId": 83}}}}', f"{KEY}: an id must be text"),
        (f'{{"{KEY}": {{"scanResultId": "che1", "imageId": "/"}}}}', f"{KEY}: '/' is not a image id"),
        (f'{{"{KEY}": {{"scanResultId": "che1", "scan": "che1"}}}}', f"{KEY}: must be a scan-result id or a mapping"),
        (f'{{"{KEY}": {{"scanResultId": "che1", "scanResultId": "che1"}}}}', "key 'scanResultId' stands twice"),
        (f'{{"{KEY}": ["che1"]}}', f"{KEY}: must hold ids"),
        (f'{{"{KEY}": {{"scanResultId": {{}}}}}}', f"{KEY}: must hold ids"),
        ('{"\\ud800": "che1"}', "is not a digest"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_key(tmp_path: Path, text: str, message: str) -> None:
    """Among a million lines nobody finds a mistake that is not named."""
    file = tmp_path / "table.json"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(InvalidDocument) as raised:
        list(entries(file))

    assert message in str(raised.value)
    assert str(raised.value).startswith(f"{file}: ")
    assert str(raised.value).isprintable()


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    """Its bytes do not reach the message."""
    file = tmp_path / "table.json"
    file.write_bytes(b'{"\xff\xfe": "che1"}')

    with pytest.raises(InvalidDocument, match="invalid bytes in UTF8"):
        list(entries(file))


def test_nesting_without_end_is_refused_at_once(tmp_path: Path) -> None:
    """A depth of a million costs neither memory nor a recursion."""
    file = tmp_path / "table.json"
    file.write_text(f'{{"{KEY}": ' + "[" * 1_000_000, encoding="utf-8")

    with pytest.raises(InvalidDocument, match="must hold ids"):
        list(entries(file))


@pytest.mark.parametrize("name", ["gone.json", "gone.yaml"])
def test_a_file_that_cannot_be_read_is_an_invalid_one(tmp_path: Path, name: str) -> None:
    """It is no table without entries."""
    with pytest.raises(InvalidDocument, match="cannot be read: No such file"):
        list(entries(tmp_path / name))


def test_yaml_beyond_its_limit_is_refused_with_advice(tmp_path: Path) -> None:
    """It would take the memory of the whole pod; JSON of any size does not."""
    file = tmp_path / "table.yaml"
    with file.open("wb") as stream:
        stream.truncate(shards.MAX_YAML_BYTES + 1)

    with pytest.raises(InvalidDocument, match="16 MiB, too much for YAML; write it as .json"):
        list(entries(file))


@pytest.mark.parametrize("text", ["", "\n", "# nothing yet\n", "---\n"])
def test_an_empty_file_is_a_mistake(tmp_path: Path, text: str) -> None:
    """A file that is being written begins so, and a table must not vanish with it."""
    file = tmp_path / "table.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(InvalidDocument, match=r"is empty; a table without entries is written \{\}"):
        load_shard(file)
    with pytest.raises(InvalidDocument, match="is empty"):
        list(entries(file))


@pytest.mark.parametrize("name", ["table.json", "table.yaml"])
def test_a_table_may_say_that_it_has_no_entries(tmp_path: Path, name: str) -> None:
    """Written down, nothing is meant."""
    file = tmp_path / name
    file.write_text("{}", encoding="utf-8")

    assert list(entries(file)) == []
    assert len(parse_table([load_shard(file)]).hints) == 0


@pytest.mark.parametrize(
    "text", [r'{"\ud800": "che1"}', rf'{{"{digest(1)}": "\udfff"}}', rf'{{"{digest(1)}": {{"\ud800": 1}}}}']
)
def test_half_of_a_character_is_an_error_like_any_other(tmp_path: Path, text: str) -> None:
    """JSON can spell it; a table with it is refused and the last good one is kept."""
    file = tmp_path / "table.json"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(InvalidDocument, match=r"table\.json: "):
        list(entries(file))
