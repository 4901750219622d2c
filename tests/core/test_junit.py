"""Reports for CI systems: XML that every reader takes, whatever stands in it."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from webhook.core.junit import Suite, TestCase, render_junit


def test_report() -> None:
    """Suites and cases are counted; a failure has a summary and the whole text."""
    cases = [
        TestCase(name="good", output="shown"),
        TestCase(name="bad <&>", failure="no\nwhy"),
        TestCase(name="out", skipped="nothing to do"),
    ]
    root = ElementTree.fromstring(render_junit([Suite("a.yaml", cases), Suite("b.yaml", [])]))  # noqa: S314
    totals = {"tests": "3", "failures": "1", "errors": "0", "skipped": "1"}
    assert (root.tag, root.attrib) == ("testsuites", totals)
    first, second = root
    assert first.attrib == {"name": "a.yaml", **totals}
    assert (second.attrib["tests"], len(second)) == ("0", 0)
    good, bad, out = first
    assert (good.attrib, good.findtext("system-out")) == ({"name": "good", "classname": "a.yaml"}, "shown")
    failure = bad.find("failure")
    assert bad.attrib["name"] == "bad <&>"
    assert failure is not None
    assert (failure.attrib["message"], failure.text) == ("no", "no\nwhy")
    assert out.find("skipped") is not None


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text(text: str) -> None:
    """No text, whatever characters it has, makes a report that cannot be read."""
    case = TestCase(name=text, failure=text, output=text)
    ElementTree.fromstring(render_junit([Suite(text, [case])]).encode())  # noqa: S314
