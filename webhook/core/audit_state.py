"""What the last audit of running pods came to, in few numbers: what the gate exposes as metrics."""

from collections import defaultdict
from typing import Literal

import msgspec

from webhook.core.cluster_audit import AuditReport, Violation, identity
from webhook.core.policy import Action, Mode
from webhook.core.printable import printable
from webhook.core.reasons import Reason
from webhook.core.record_schema import Number, Time
from webhook.errors import InvalidDocument

KEY = "audit.state"
"""Of the ConfigMap that holds a state; where that is mounted, the name of the file."""


class ViolationCount(msgspec.Struct, frozen=True, kw_only=True):
    """How much of one kind of violation was found."""

    decision: Action
    """`deny` or `warn`."""
    mode: Mode
    """Of the rules that decided so."""
    reason: Reason
    images: Number
    """Distinct ones."""
    pods: Number
    """That run them; a pod with two of them counts twice."""


class AuditState(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What an audit came to."""

    api_version: Literal["scangate.dev/v1"] = "scangate.dev/v1"
    kind: Literal["ClusterAuditState"] = "ClusterAuditState"
    started_at: Time
    finished_at: Time
    whole: bool
    """Whether everything was judged; where it was not, the counts are the least that there is."""
    namespaces: Number
    owners: Number
    pods: Number
    images: Number
    violations: tuple[ViolationCount, ...]
    """One for each decision, mode and reason that was found."""


_DECODER = msgspec.json.Decoder(AuditState)


def state_of(report: AuditReport) -> AuditState:
    """Return what an audit came to."""
    alike: defaultdict[tuple[Action, Mode, Reason], list[Violation]] = defaultdict(list)
    for violation in report.violations:
        finding = violation.finding
        alike[finding.action, finding.rule.mode, finding.reason].append(violation)
    counts = (
        ViolationCount(
            decision=action,
            mode=mode,
            reason=reason,
            images=len({identity(one.finding.image) for one in those}),
            pods=sum(one.pod_count for one in those),
        )
        for (action, mode, reason), those in sorted(alike.items())
    )
    return AuditState(
        started_at=report.started,
        finished_at=report.finished,
        whole=not report.troubles,
        namespaces=report.namespaces,
        owners=report.owners,
        pods=report.pods,
        images=report.images,
        violations=tuple(counts),
    )


def render_audit_state(state: AuditState) -> str:
    """Write a state as one line of JSON."""
    return msgspec.json.encode(state).decode() + "\n"


def parse_audit_state(text: str | bytes, source: str) -> AuditState:
    """Return the state in *text*, which is called *source* in messages.

    Raises:
        InvalidDocument: it is none.
    """
    try:
        return _DECODER.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InvalidDocument(f"{source}: {printable(str(error), limit=200)}") from error
