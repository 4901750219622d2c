"""Lines of an audit log: read as what they say, and judged again without anything made up."""

import json
from typing import Any

from fuzz.choices import Choices, read_json
from tests.builders import DIGEST
from tests.core.record import RECORD
from tests.records import line_for
from webhook.core.documents import Document
from webhook.core.evidence import SEVERITIES, Indexed, NotAsked, Scanned, Unusable
from webhook.core.policy_file import parse_policy
from webhook.core.reasons import Reason
from webhook.core.recorded import Recorded, RecordedImage, parse_record
from webhook.errors import InvalidRecord
from webhook.jobs.replay.rejudging import Rejudging

LINES = (RECORD, *(json.loads(line_for(reason)) for reason in Reason))
WORDS = (
    *("gap", "gapDetail", "vulnerabilities", "earlierScans", "platforms", "missing", "mismatched", "within-limits"),
    *("allow", "deny", "annotation", "registry", "2026-11-24T11:00:00Z", "2026-11-24T11:00:00", DIGEST, "che1"),
    *({"critical": 0}, [{"id": "CVE-1", "severity": "low", "package": "p", "fixedBy": None}], "\ud800", "unknown"),
)


def _rejudging(**rule: Any) -> Rejudging:
    content = {"apiVersion": "scangate.dev/v1", "kind": "ScanPolicy", "rules": [{"name": "all", **rule}]}
    return Rejudging(parse_policy(Document("policy.yaml", content, DIGEST)))


STRICT = _rejudging(requireLatest=False)
DENYING = _rejudging(action="deny")
LENIENT = _rejudging(limits=dict.fromkeys(SEVERITIES, "unlimited"), onlyFixable=True, newFindingsGrace="720h")


def check(data: bytes) -> None:
    """Read *data* as a line, or as changes to one."""
    if data[:1] == b"{":
        check_line(data)
        return
    choices = Choices(data)
    check_line(json.dumps(choices.spoiled(choices.pick(LINES), WORDS)).encode())


def check_line(line: bytes) -> None:
    """A line is a decision or refused; a decision is what is written, and can be made again."""
    try:
        recorded = parse_record(line)
    except InvalidRecord as error:
        assert str(error).isascii(), "a message that cannot be shown"
        return
    document = read_json(line)
    assert len(recorded.images) == len(document["images"]), "an image too few, or too many"
    for one, written in zip(recorded.images, document["images"], strict=True):
        check_image(one, written)
    if recorded.images:
        check_replay(recorded)


def check_image(one: RecordedImage, written: dict[str, Any]) -> None:
    """What is known of an image is what is written; what is not written is not known."""
    assert one.image.text == written["reference"]
    match one.evidence:
        case Scanned() as found:
            assert not written.get("gap"), "a scan where the record says that there is none"
            assert found.scan.id == written["scanResultId"]
            assert found.digest == written["digest"]
            counts = written["counts"]
            assert (found.scan.counts is None) == (counts is None)
            assert all(
                getattr(found.scan.counts, name) == counts[name] for name in (counts or ()) if name in SEVERITIES
            )
        case Indexed() as index:
            assert len(index.children) == len(written["platforms"]) > 0, "a platform that was lost"
        case NotAsked():
            assert written["scanResultId"] is None
        case Unusable() | None:
            pass


def check_replay(recorded: Recorded) -> None:
    """What is not known only widens the bounds; nothing passes a policy that denies, or without a scan."""
    for rejudging in (STRICT, LENIENT, DENYING):
        again = rejudging.verdict(recorded)
        assert again.worst.allowed <= again.best.allowed, "better at its worst than at its best"
        assert again.decided or again.doubts
    assert not DENYING.verdict(recorded).best.allowed, "passes a policy that denies"
    passes = STRICT.verdict(recorded)
    if passes.worst.allowed:
        assert all(isinstance(one.evidence, Scanned | Indexed) for one in recorded.images), "passes without a scan"
