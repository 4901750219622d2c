"""Pages of lists: images, scans and vulnerabilities, and what is not taken for a page."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import DIGEST, IMAGE_ID, NOW, REPOSITORY, SCAN_ID, scan, vulnerability
from webhook.core.answer_pages import (
    MAX_TOKEN,
    finished,
    parse_image_page,
    parse_scan_page,
    parse_vulnerability_page,
)
from webhook.core.answers import parse_image, parse_scan
from webhook.core.evidence import Severity
from webhook.errors import Unreadable

IMAGE = {"id": IMAGE_ID, "name": REPOSITORY, "digest": DIGEST, "tags": ["v1"]}
SCAN = {"id": SCAN_ID, "imageId": IMAGE_ID, "status": "READY", "scannedAt": "2026-11-20T10:00:00Z"}
PACKAGE = {
    "name": "CVE-2026-8376",
    "link": "https://avd.aquasec.com/nvd/cve-2026-8376",
    "package": "perl-base",
    "source": "trivy",
    "version": "5.40.1-6",
    "origin": "os",
    "type": "debian",
}
VULNERABILITY = {"package": PACKAGE, "severity": "CRITICAL"}

PAGES: list[tuple[Callable[[Any], Any], str, Any, Any]] = [
    (parse_image_page, "images", IMAGE, parse_image(IMAGE)),
    (parse_scan_page, "scanResults", SCAN, parse_scan(SCAN)),
    (parse_vulnerability_page, "vulnerabilities", VULNERABILITY, vulnerability()),
]
EVERY_PAGE = pytest.mark.parametrize(("parse", "name", "item", "value"), PAGES, ids=[page[1] for page in PAGES])


@EVERY_PAGE
def test_page_has_items_and_the_token_of_the_next(
    parse: Callable[[Any], Any], name: str, item: Any, value: Any
) -> None:
    """The last page has no token, and an empty one is an empty object."""
    assert parse({name: [item, item], "nextPageToken": "t"}) == ((value, value), "t")
    assert parse({name: [item], "more": 1}) == ((value,), "")
    assert parse({}) == ((), "")


@EVERY_PAGE
def test_what_is_no_page_is_unreadable(parse: Callable[[Any], Any], name: str, item: Any, value: Any) -> None:
    """A list that is none, an item that is none, and a token that is no text are not skipped."""
    lists: list[Any] = [{}, None, [item, 1], [item, None], [{}]]
    wrong_ones: list[Any] = [None, [], "page", 1, *({name: one} for one in lists)]
    for wrong in wrong_ones:
        with pytest.raises(Unreadable):
            parse(wrong)


@EVERY_PAGE
@pytest.mark.parametrize("token", [1, None, ["t"], "t" * (MAX_TOKEN + 1), "\ud800", "т"])
def test_token_that_cannot_stand_in_a_url_is_unreadable(
    parse: Callable[[Any], Any], name: str, item: Any, value: Any, token: Any
) -> None:
    """A token is opaque, but it is text of bounded length."""
    with pytest.raises(Unreadable, match="nextPageToken"):
        parse({name: [item], "nextPageToken": token})


def read(**package: Any) -> Any:
    """Return the vulnerability of a page, whose package has these fields besides or instead."""
    [one], _ = parse_vulnerability_page({"vulnerabilities": [{**VULNERABILITY, "package": PACKAGE | package}]})
    return one


@pytest.mark.parametrize("severity", Severity)
def test_each_severity_has_its_name(severity: Severity) -> None:
    """The API's names are upper case."""
    [one], _ = parse_vulnerability_page({"vulnerabilities": [VULNERABILITY | {"severity": severity.name}]})

    assert one.severity is severity


@pytest.mark.parametrize("severity", ["", "critical", "SEVERITY_UNSPECIFIED", "CATASTROPHIC", 1, None, ["CRITICAL"]])
def test_unknown_severity_makes_the_list_unreadable(severity: Any) -> None:
    """What is not known might be worse than all that is."""
    with pytest.raises(Unreadable, match="severity"):
        parse_vulnerability_page({"vulnerabilities": [VULNERABILITY, VULNERABILITY | {"severity": severity}]})


@pytest.mark.parametrize("item", [{"severity": "LOW"}, {"severity": "LOW", "file": {"path": "/etc/passwd"}}])
def test_item_of_another_kind_makes_the_list_unreadable(item: Any) -> None:
    """A finding that is in no package is neither skipped nor taken for one without a fix."""
    with pytest.raises(Unreadable, match="package"):
        parse_vulnerability_page({"vulnerabilities": [VULNERABILITY, item]})


@pytest.mark.parametrize("name", [None, "", "x" * 101, "CVE 1", "CVE-1\n", "СVE-1", "\ud800", 5])
def test_vulnerability_without_a_proper_id_makes_the_list_unreadable(name: Any) -> None:
    """An id is what a policy names: it must be what it seems."""
    with pytest.raises(Unreadable, match="name of a vulnerability"):
        read(name=name)


@pytest.mark.parametrize("package", ["x" * 301, "perl\ud800", 5])
def test_package_is_read_as_it_is_or_not_at_all(package: Any) -> None:
    """A policy may name it, so that nothing of it is cut or replaced."""
    with pytest.raises(Unreadable):
        read(package=package)
    assert read(package="x" * 300).package == "x" * 300


@pytest.mark.parametrize(("fixed_by", "fix"), [(None, None), ("", None), ("5.40.2", "5.40.2"), (" ", " ")])
def test_fix_is_there_or_not(fixed_by: str | None, fix: str | None) -> None:
    """Whatever stands there is a fix: what has one counts in every mode."""
    assert read(fixedBy=fixed_by).fixed_by == fix


@pytest.mark.parametrize("field", ["version", "fixedBy", "origin", "type"])
def test_what_is_only_shown_is_cut(field: str) -> None:
    """A stranger's text does not grow without bounds, and has no half characters."""
    cut = read(**{field: "é\ud800" + "x" * 100_000})
    shown = getattr(cut, {"fixedBy": "fixed_by"}.get(field, field))

    assert shown.startswith("é?x")
    assert shown.endswith("...")
    assert len(shown) == 200
    wrong_ones: list[Any] = [1, True, {}, []]
    for wrong in wrong_ones:
        with pytest.raises(Unreadable):
            read(**{field: wrong})


@pytest.mark.parametrize(
    ("link", "kept"), [("https://a.example/1", "https://a.example/1"), ("", None), (None, None), ("x" * 501, None)]
)
def test_link_is_whole_or_left_out(link: Any, kept: Any) -> None:
    """Half a link leads elsewhere."""
    assert read(link=link).link == kept


def test_history_is_finished_scans_newest_first() -> None:
    """Whatever order the registry gives them in, and whatever else it gives."""
    old, new = scan(scanned_at=NOW - timedelta(days=3)), scan()
    others = [scan(status=status, scanned_at=None) for status in ("RUNNING", "ERROR", "QUEUED", "")]

    assert finished([old, *others, new], IMAGE_ID) == finished([new, old], IMAGE_ID) == (new, old)
    assert finished(others, IMAGE_ID) == ()


@pytest.mark.parametrize("changes", [{"image_id": None}, {"image_id": "crp2"}, {"scanned_at": None}])
def test_history_of_doubtful_scans_is_unreadable(changes: dict[str, Any]) -> None:
    """One scan of another image or of no time spoils the history: it proves nothing, and its lack might."""
    with pytest.raises(Unreadable, match=SCAN_ID):
        finished([scan(), scan(**changes)], IMAGE_ID)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=5), children, max_size=4),
    max_leaves=8,
)
FIELDS = st.dictionaries(st.sampled_from([*PACKAGE, "fixedBy", "severity"]), JSON | st.sampled_from(["LOW", PACKAGE]))


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from([*(page[1] for page in PAGES), "nextPageToken"]), JSON | st.lists(FIELDS)))
def test_any_page_is_read_or_unreadable(document: dict[str, Any]) -> None:
    """Whatever the fields hold, nothing else than Unreadable comes out."""
    for parse, *_ in PAGES:
        with suppress(Unreadable):
            parse(document)
