"""Lines of a log: which are records, and which are something else."""

import pytest

from tests.records import line_for
from webhook.core.reasons import Reason
from webhook.core.record_schema import decode_record, record_in
from webhook.errors import InvalidRecord

LINE = line_for(Reason.STALE).rstrip()


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b"[pod/scangate-7d9f/gate] ",
        b"2026-11-24T12:00:00.123456789Z ",
        b"2026-11-24T12:00:00.123456789Z stdout F ",
        b'{app="scangate"} ',
        b"scangate-7d9f gate | ",
    ],
)
def test_record_is_found_behind_what_a_collector_writes(before: bytes) -> None:
    """Names of pods and times in front of a record are left out."""
    assert record_in(before + LINE + b"\n") == LINE + b"\n"


@pytest.mark.parametrize(
    "line", [b"", b"\n", b"plain text", b'{"level":"info","message":"listening"}', b"AdmissionRecord"]
)
def test_line_that_is_something_else(line: bytes) -> None:
    """It is told from a record without being read."""
    assert record_in(line) is None


@pytest.mark.parametrize("line", [LINE[:-10], LINE + b" and more", b'{"kind":"AdmissionRecord"}', b"[" * 100_000])
def test_line_that_should_be_a_record(line: bytes) -> None:
    """It is refused in a few words, which are safe to show."""
    with pytest.raises(InvalidRecord, match="^not an audit record: [ -~]{1,200}$"):
        decode_record(line)
