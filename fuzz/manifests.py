"""Manifests that somebody wants checked: read as kubectl reads them, or refused, in a time that has a bound."""

from fuzz.choices import Choices
from tests.builders import PINNED
from webhook.adapters.manifests import read_manifests
from webhook.core.documents import Document
from webhook.errors import Invalid
from webhook.jobs.check.objects import objects_in

HEAD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n"
PIECES = (
    *(
        HEAD,
        f"  containers: [{{name: app, image: '{PINNED}'}}]\n",
        "---\n",
        "...\n",
        "kind: List\nitems:\n",
        "- ",
        "  ",
    ),
    *("&a ", "*a", "&b ", "*b", "<<: *a\n", "<<: [*a, *a]\n", "[*a,*a,*a,*a]\n", "[*b,*b,*b,*b]\n", "a: ", "? ", ": "),
    *(
        "!!binary ",
        "!!set ",
        "!!omap ",
        "!!bool x",
        "!!int ",
        "!!timestamp 2026-01-01",
        "!!merge ",
        "!x ",
        "0x",
        "1:30",
    ),
    *(
        "|\n",
        ">\n",
        '"\\ud800"',
        "'",
        '"',
        "{",
        "}",
        "[",
        "]",
        ",",
        "=",
        "#",
        "%YAML 1.1\n",
        "\t",
        "\n",
        "null\n",
        "~\n",
    ),
)


def check(data: bytes) -> None:
    """Read *data* as a stream of manifests, or as a choice of pieces of one."""
    if data[:1] in b"akmsd{[-":
        check_stream(data)
        return
    choices = Choices(data)
    pieces = [choices.pick(PIECES) if choices.number(8) else choices.text() for _ in range(choices.number(24))]
    check_stream("".join(pieces).encode("utf-8", "replace"))


def check_stream(body: bytes) -> None:
    """Every object in it can be asked about, or it is said what is wrong."""
    try:
        documents = read_manifests(body, "pod.yaml")
    except Invalid as error:
        assert str(error).startswith("pod.yaml: ") and str(error).isprintable(), "a message that cannot be shown"
        return
    for document in documents:
        check_document(document)


def check_document(document: Document) -> None:
    """Objects are what a question can be asked about."""
    try:
        for one in objects_in(document):
            assert one.question("shop").startswith(b"{"), "a question that is no object"
            one.line()
    except Invalid as error:
        assert str(error).startswith("pod.yaml"), "a message that names no file"
        assert str(error).isprintable(), "a message that cannot be shown"
