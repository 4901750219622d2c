"""The lookup table: from digests to scan results."""

from typing import Any

import pytest

from tests.builders import DIGEST, IMAGE_ID, SCAN_ID, digest_of
from tests.core.references import SHA512
from webhook.core.documents import Document
from webhook.core.images import Digest
from webhook.core.lookup import Hint, ImageId, ScanId, Source
from webhook.core.table import Table, parse_entries, parse_table
from webhook.errors import InvalidDocument

OTHER = digest_of("other")


def document(content: Any, source: str = "table.yaml") -> Document:
    """Return a file of this content."""
    return Document(source, content, DIGEST)


def table(*contents: Any) -> Table:
    """Return the table of some files."""
    return parse_table(document(content, f"{number}.yaml") for number, content in enumerate(contents))


def test_digest_leads_to_a_scan() -> None:
    """An id, or a mapping with the image's id beside it."""
    known = table({DIGEST: SCAN_ID, OTHER: {"scanResultId": "che2", "imageId": IMAGE_ID}})

    assert known.hint(DIGEST) == Hint(Source.TABLE, SCAN_ID)
    assert known.hint(OTHER) == Hint(Source.TABLE, ScanId("che2"), ImageId(IMAGE_ID))
    assert len(known.hints) == 2


@pytest.mark.parametrize("value", [{"scanResultId": SCAN_ID}, {"scanResultId": SCAN_ID, "imageId": None}])
def test_image_id_may_be_left_out(value: dict[str, Any]) -> None:
    """A mapping without the image's id says as much as the id alone."""
    assert table({DIGEST: value}).hint(DIGEST) == Hint(Source.TABLE, SCAN_ID)


def test_sha512_is_a_digest_too() -> None:
    """Both algorithms of the grammar can be looked up."""
    assert table({SHA512: SCAN_ID}).hint(SHA512) == Hint(Source.TABLE, SCAN_ID)


def test_digest_that_is_not_there_leads_nowhere() -> None:
    """There is no hint for it, and nothing else happens."""
    assert table({DIGEST: SCAN_ID}).hint(OTHER) is None


@pytest.mark.parametrize("content", [None, {}])
def test_empty_file_is_an_empty_table(content: Any) -> None:
    """A file of comments only is no mistake."""
    assert len(table(content).hints) == 0
    assert len(table().hints) == 0


def test_files_are_joined() -> None:
    """Each file adds its digests, and may repeat what another says."""
    known = table({DIGEST: SCAN_ID}, {OTHER: "che2"}, {DIGEST: SCAN_ID})

    assert [hint.scan_id if hint else None for hint in map(known.hint, (DIGEST, OTHER))] == [SCAN_ID, "che2"]


@pytest.mark.parametrize("second", ["che2", {"scanResultId": SCAN_ID, "imageId": IMAGE_ID}])
def test_files_that_disagree_are_refused(second: Any) -> None:
    """Of two claims about one digest neither is believed, and the message says which file and which digest."""
    with pytest.raises(InvalidDocument, match=rf"1\.yaml: {DIGEST}"):
        table({DIGEST: SCAN_ID}, {DIGEST: second})


@pytest.mark.parametrize("content", [[], "text", 1, True, [{DIGEST: SCAN_ID}]])
def test_file_that_is_no_mapping_is_refused(content: Any) -> None:
    """A list or a text is not an empty table."""
    with pytest.raises(InvalidDocument, match=r"table\.yaml"):
        parse_entries(document(content))


@pytest.mark.parametrize(
    "key",
    [
        "",
        "nginx",
        f"cr.yandex/a@{DIGEST}",
        DIGEST[:-1],
        DIGEST.upper(),
        f"{DIGEST} ",
        f"{DIGEST}\n",
        "md5:aa",
        1,
        None,
        True,
    ]
    + [("a", "b")],
)
def test_key_that_is_no_digest_is_refused(key: Any) -> None:
    """A key by which nothing would ever be found is a mistake that has to be seen."""
    with pytest.raises(InvalidDocument, match=r"table\.yaml: .* is not a digest") as caught:
        list(parse_entries(document({key: SCAN_ID})))

    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "value",
    [
        None,
        1,
        83,
        True,
        1.5,
        [],
        [SCAN_ID],
        {},
        "",
        "../x",
        "a" * 51,
        "CHE1",
        f"{SCAN_ID}\n",
        {"imageId": IMAGE_ID},
        {"scanResultId": None},
        {"scanResultId": 83},
        {"scanResultId": "../x"},
        {"scanResultId": [SCAN_ID]},
        {"scanResultId": SCAN_ID, "imageId": 83},
        {"scanResultId": SCAN_ID, "imageId": ""},
        {"scanResultId": SCAN_ID, "imageId": "CRP"},
        {"scanResultId": SCAN_ID, "imageid": IMAGE_ID},
        {"scanResultId": SCAN_ID, "comment": "x"},
        {"scan_result_id": SCAN_ID},
    ],
)
def test_value_that_is_no_id_is_refused(value: Any) -> None:
    """The message names the file and the digest, and shows what stands there."""
    with pytest.raises(InvalidDocument, match=rf"table\.yaml: {DIGEST}: ") as caught:
        list(parse_entries(document({DIGEST: value})))

    assert str(caught.value).isascii()
    assert str(caught.value).isprintable()


def test_synchronised_file_gives_way() -> None:
    """What people wrote counts, wherever it stands, and of two files that were synchronised the first."""
    first, second = document({DIGEST: "chefirst"}, "a.scans.json"), document({DIGEST: "chesecond"}, "b.scans.json")
    by_hand = document({DIGEST: "chehand"}, "c.yaml")
    for documents, scan_id in (((first, second), "chefirst"), ((first, second, by_hand), "chehand")):
        found = parse_table(documents).hint(DIGEST)
        assert found
        assert found.scan_id == scan_id


def test_table_may_be_anything_that_knows_hints() -> None:
    """A table too large for a dictionary only has to be asked the same way."""

    class Everything:
        def get(self, digest: Digest, /) -> Hint | None:
            return Hint(Source.TABLE, ScanId(digest[-10:]))

        def __len__(self) -> int:
            return 2**256

    assert Table(Everything()).hint(DIGEST) == Hint(Source.TABLE, ScanId(DIGEST[-10:]))
