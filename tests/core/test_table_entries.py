"""Entries of the lookup table: ids are text, and nothing is taken for an id that was not written as one."""

import json

import pytest
import yaml

from tests.lookup_tables import digest, hint, written
from webhook.core.documents import Document
from webhook.core.images import Digest
from webhook.core.table import Table, parse_entries, parse_entry, parse_table
from webhook.errors import InvalidDocument

KEY = digest(1)


def document(content: object, source: str = "table.yaml") -> Document:
    """Return *content* as if it had been read from *source*."""
    return Document(source, content, Digest("sha256:" + "0" * 64))


def test_every_entry_of_a_document_comes_in_order() -> None:
    """With an image id or without."""
    content = json.loads(written(range(20)))

    assert list(parse_entries(document(content))) == [(digest(number), hint(number)) for number in range(20)]


@pytest.mark.parametrize("content", [[], "text", 7, True])
def test_what_is_no_mapping_is_refused_before_the_first_entry(content: object) -> None:
    """A list of entries would otherwise be a table without any."""
    with pytest.raises(InvalidDocument, match="table.yaml: must map digests to scan-result ids"):
        parse_entries(document(content))


@pytest.mark.parametrize(
    "text",
    [
        "{scanResultId: 0123}",
        "{scanResultId: 1.5}",
        "{scanResultId: true}",
        "{scanResultId: null}",
        "{scanResultId: che1, imageId: 77}",
        "{scanResultId: [che1]}",
        "0123",
        "null",
    ],
)
def test_an_id_that_yaml_does_not_read_as_text_is_refused(text: str) -> None:
    """0123 is the number 83 to YAML: what would be asked for is not what was written."""
    with pytest.raises(InvalidDocument, match=f"table.yaml: {KEY}: "):
        parse_entry(KEY, yaml.safe_load(text), "table.yaml")


def test_an_image_id_may_be_left_empty() -> None:
    """A table made by a program may have the field everywhere."""
    _, said = parse_entry(KEY, {"scanResultId": "che1", "imageId": None}, "table.yaml")

    assert said.image_id is None


def test_documents_may_agree_and_must_not_disagree() -> None:
    """The message names the later document and the digest."""
    first, second = document({KEY: "che1"}, "1.yaml"), document({KEY: "che2"}, "2.yaml")

    assert len(parse_table([first, first]).hints) == 1
    with pytest.raises(InvalidDocument) as raised:
        parse_table([first, second])
    assert str(raised.value) == f"2.yaml: {KEY}: differs from what another file says of it"


def test_a_table_asks_whatever_holds_its_entries() -> None:
    """A dict, or anything else that gives a hint for a digest."""
    table = Table({KEY: hint(1)})

    assert (table.hint(KEY), table.hint(digest(2))) == (hint(1), None)
