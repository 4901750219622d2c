"""ConfigMaps by their labels, over the paths of the API."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from webhook.adapters.cluster_reads import METADATA_LIST
from webhook.adapters.config_maps import LabelledConfigMaps
from webhook.errors import ClusterFailed

FOLDER = "/api/v1/namespaces/scangate/configmaps"


class Paged:
    """An API server with three ConfigMaps on two pages."""

    def __init__(self) -> None:
        """Nobody has asked yet."""
        self.asked: list[tuple[str, str]] = []

    def __call__(self, what: str, path: str, *, accept: str = "application/json") -> bytes:
        """Return a page, or a ConfigMap."""
        self.asked.append((path, accept))
        url = urlsplit(path)
        if url.path != FOLDER:
            return b'{"metadata": {"resourceVersion": "9"}, "data": {"a.json": "{}"}}'
        names = {"": "ab", "more": "c"}[parse_qs(url.query).get("continue", [""])[0]]
        items = [{"metadata": {"name": name, "resourceVersion": f"1{name}"}} for name in names]
        return json.dumps({"metadata": {"continue": "more" if "a" in names else ""}, "items": items}).encode()


def test_versions_by_label() -> None:
    """Names and versions of all pages are found, by the labels, and no content is sent for it."""
    api = Paged()
    found = LabelledConfigMaps(api, "scangate", "scangate.dev/table in (a,b)").versions()
    assert found == {"a": "1a", "b": "1b", "c": "1c"}
    assert {accept for _, accept in api.asked} == {METADATA_LIST}
    assert all(
        parse_qs(urlsplit(path).query)["labelSelector"] == ["scangate.dev/table in (a,b)"] for path, _ in api.asked
    )


@pytest.mark.parametrize("items", ["null", "[]"])
def test_no_config_map_has_the_labels(items: str) -> None:
    """That is an answer, too; API servers write null for a list of metadata that is empty."""
    answer = f'{{"metadata": {{"resourceVersion": "212"}}, "items": {items}}}'.encode()
    assert LabelledConfigMaps(lambda *_, **__: answer, "scangate", "a").versions() == {}


def test_one_of_them() -> None:
    """It is read whole."""
    found = LabelledConfigMaps(Paged(), "scangate", "a").get("b")
    assert (found.version, found.data) == ("9", {"a.json": "{}"})


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b'{"metadata": {}, "items": [{}]}', b"\xff"])
def test_answer_that_is_none(answer: bytes) -> None:
    """It is refused, be it of many or of one."""
    asked = LabelledConfigMaps(lambda *_, **__: answer, "scangate", "a")
    with pytest.raises(ClusterFailed, match="configmaps in scangate: the answer is not one"):
        asked.versions()
    with pytest.raises(ClusterFailed, match="configmap scangate/b: the answer is not one"):
        asked.get("b")
