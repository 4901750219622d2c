"""The mapped table: it answers as a dict does, and a file that is not whole is none."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lookup_tables import digest, hint
from webhook.adapters.table_file import KEY_BYTES, MappedHints, map_table, pack, write_table
from webhook.core.images import Digest
from webhook.core.lookup import Hint, ScanId, Source, parse_image_id, parse_scan_id

ids = st.from_regex(r"[a-z0-9]{1,50}", fullmatch=True)
hints = st.builds(
    lambda scan, image: Hint(Source.TABLE, parse_scan_id(scan), image and parse_image_id(image)),
    ids,
    st.none() | ids,
)
near = st.sampled_from(["0" * 64, "f" * 64, "0" * 63 + "1", "00000001" + "0" * 56])
sha256 = st.binary(min_size=32, max_size=32).map(bytes.hex) | near
sha512 = st.binary(min_size=64, max_size=64).map(bytes.hex) | sha256.map(lambda text: text + "0" * 64)
digests = sha256.map(lambda text: Digest(f"sha256:{text}")) | sha512.map(lambda text: Digest(f"sha512:{text}"))


def save(file: Path, said: Mapping[Digest, Hint]) -> Path:
    """Write *said* to *file*."""
    rows: dict[str, list[bytes]] = {algorithm: [] for algorithm in KEY_BYTES}
    for key, value in said.items():
        algorithm, row = pack(key, value)
        rows[algorithm].append(row)
    with file.open("wb") as stream:
        write_table({algorithm: sorted(found) for algorithm, found in rows.items()}, stream)
    return file


def mapped(file: Path, said: Mapping[Digest, Hint]) -> MappedHints:
    """Return *said* by way of a file."""
    table = map_table(save(file, said))
    assert table is not None
    return table


def numbered(numbers: Iterable[int]) -> dict[Digest, Hint]:
    """Return the entries of *numbers*."""
    return {digest(number): hint(number) for number in numbers}


@settings(deadline=None)
@given(said=st.dictionaries(digests, hints, max_size=40), others=st.lists(digests, max_size=10))
def test_it_answers_as_a_dict_does(
    tmp_path_factory: pytest.TempPathFactory, said: dict[Digest, Hint], others: list[Digest]
) -> None:
    """For what is in it and what is not: the first and the last row, keys that begin alike, ids of any length."""
    table = mapped(tmp_path_factory.mktemp("table") / "t", said)

    assert len(table) == len(said)
    assert all(table.get(key) == said.get(key) for key in [*said, *others])


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 1000])
def test_it_answers_as_a_dict_does_whatever_its_size(tmp_path: Path, size: int) -> None:
    """The index has a place more with each doubling, and one place for a single row."""
    said = numbered(range(size))
    table = mapped(tmp_path / "t", said)

    assert [table.get(digest(number)) for number in range(size + 50)] == [
        said.get(digest(number)) for number in range(size + 50)
    ]


def test_a_row_is_no_longer_than_its_parts(tmp_path: Path) -> None:
    """32 bytes of digest and the two ids; half a byte of index, and a line that says what the file is."""
    said = {
        Digest(f"sha256:{number:064x}"): Hint(Source.TABLE, ScanId("c" * 20), parse_image_id("i" * 20))
        for number in range(2048)
    }
    size = save(tmp_path / "t", said).stat().st_size

    assert 2048 * 72 < size < 2048 * 73 + 200


def test_a_mapped_table_outlives_its_file(tmp_path: Path) -> None:
    """A newer table takes the place of the file while the older one still answers."""
    said = numbered(range(100))
    table = mapped(tmp_path / "t", said)

    (tmp_path / "t").unlink()

    assert all(table.get(key) == value for key, value in said.items())


def test_a_file_that_is_not_there_is_no_table(tmp_path: Path) -> None:
    """It is compiled then."""
    assert map_table(tmp_path / "t") is None


def test_a_file_that_was_cut_off_is_no_table(tmp_path: Path) -> None:
    """Wherever the writer stopped."""
    whole = save(tmp_path / "t", numbered(range(20))).read_bytes()
    for length in range(len(whole)):
        (tmp_path / "part").write_bytes(whole[:length])

        assert map_table(tmp_path / "part") is None


@pytest.mark.parametrize(
    "body",
    [b"scangate lookup table 2\n[]\n", b"scangate lookup table 1\n{}\n", b"scangate lookup table 1\n[]\nmore"],
)
def test_a_file_of_another_kind_is_no_table(tmp_path: Path, body: bytes) -> None:
    """Another version's layout is not guessed at."""
    (tmp_path / "t").write_bytes(body)

    assert map_table(tmp_path / "t") is None
