"""Reports of tests as CI systems read them: JUnit's XML, in the shape that Jenkins, GitLab and GitHub agree on.

The standard library writes it: a dozen elements need no package, and nothing is read here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no way to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCase:
    """One thing that was looked at."""

    __test__ = False  # it is no test of pytest's

    name: str
    failure: str | None = None
    """Why it failed; None where it did not. Its first line is the summary."""
    skipped: str | None = None
    """Why it was not looked at."""
    output: str = ""


@dataclass(frozen=True, slots=True)
class Suite:
    """What was looked at in one file."""

    name: str
    cases: Sequence[TestCase]


def render_junit(suites: Sequence[Suite]) -> str:
    """Return the report as an XML document."""
    root = ElementTree.Element("testsuites", _totals([case for suite in suites for case in suite.cases]))
    for suite in suites:
        part = ElementTree.SubElement(root, "testsuite", {"name": _fit(suite.name), **_totals(suite.cases)})
        for case in suite.cases:
            _add(part, suite.name, case)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _totals(cases: Sequence[TestCase]) -> dict[str, str]:
    failures = sum(case.failure is not None for case in cases)
    skipped = sum(case.skipped is not None for case in cases)
    return {"tests": str(len(cases)), "failures": str(failures), "errors": "0", "skipped": str(skipped)}


def _add(part: ElementTree.Element, suite: str, case: TestCase) -> None:
    names = {"name": _fit(case.name), "classname": _fit(suite)}
    element = ElementTree.SubElement(part, "testcase", names)
    if case.failure is not None:
        summary = _fit(case.failure.partition("\n")[0])
        ElementTree.SubElement(element, "failure", {"message": summary}).text = _fit(case.failure)
    if case.skipped is not None:
        ElementTree.SubElement(element, "skipped", {"message": _fit(case.skipped)})
    if case.output:
        ElementTree.SubElement(element, "system-out").text = _fit(case.output)


def _fit(text: str) -> str:
    return _UNFIT.sub("\ufffd", text)
