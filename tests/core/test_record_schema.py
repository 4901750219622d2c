"""Records, decoded strictly."""

import pytest

from tests.records import line_for
from webhook.core.reasons import Reason
from webhook.core.record_schema import decode_record
from webhook.errors import InvalidRecord

LINE = line_for(Reason.STALE).rstrip()


HALF = b'{"kind":"\\ud800"}'


@pytest.mark.parametrize(
    "line",
    [LINE[:-10], LINE + b" and more", b'{"kind":"AdmissionRecord"}', b"[" * 100_000, HALF, HALF[:-1]],
)
def test_line_that_should_be_a_record(line: bytes) -> None:
    """It is refused in a few words, which are safe to show."""
    with pytest.raises(InvalidRecord, match="^not an audit record: [ -~]{1,200}$"):
        decode_record(line)
