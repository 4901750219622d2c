"""Audit records of what runs."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.builders import NOW
from tests.jobs.audit.samples import BAD, GOOD, LENIENT, audited, finding, owner
from tests.jobs.audit.test_collecting import report
from webhook.jobs.audit.recording import Records


@pytest.mark.parametrize(("clean", "names"), [(False, ["b", "c"]), (True, ["a", "b", "c"])])
def test_whose(clean: bool, names: list[str]) -> None:
    """One is written of each owner with a violation, whatever the mode; and of all where that is wanted."""
    written: list[Mapping[str, Any]] = []
    records = Records(emit=written.append, now=lambda: NOW, clean=clean)
    records.owner(audited(finding(GOOD), of=owner("a")))
    records.owner(audited(finding(BAD), of=owner("b")))
    records.owner(audited(finding(BAD, rule=LENIENT), of=owner("c")))
    records.finish(report())
    assert [record["owner"]["name"] for record in written] == names
    assert {record["kind"] for record in written} == {"ClusterAuditRecord"}
