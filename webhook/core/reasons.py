"""The closed list of reasons. Their names never change: dashboards, alerts and replays are built on them.

Each reason has its remedy here, written for the person who was refused. `docs/reasons.md` explains them
at length, and a test holds the two together.
"""

from collections.abc import Mapping
from enum import StrEnum


class Reason(StrEnum):
    """Why one image was admitted or refused."""

    WITHIN_LIMITS = "within-limits"
    RESOLVED_TAG = "resolved-tag"
    ALLOWED_BY_RULE = "allowed-by-rule"
    EXEMPTED = "exempted"
    NEW_FINDINGS = "new-findings"
    DENIED_BY_RULE = "denied-by-rule"
    NAMESPACE_UNKNOWN = "namespace-unknown"
    OVER_LIMITS = "over-limits"
    STALE = "stale"
    FUTURE = "future"
    UNCOUNTED = "uncounted"
    INVALID_REFERENCE = "invalid-reference"
    UNEXPECTED_IMAGE_FIELD = "unexpected-image-field"
    TOO_MANY_IMAGES = "too-many-images"
    UNPINNED = "unpinned"
    INVALID_SCAN_ID = "invalid-scan-id"
    MISSING = "missing"
    GONE = "gone"
    UNFINISHED = "unfinished"
    FAILED = "failed"
    UNKNOWN_STATUS = "unknown-status"
    MISMATCHED = "mismatched"
    UNAVAILABLE = "unavailable"
    UNAUTHORIZED = "unauthorized"
    UNREADABLE = "unreadable"


class Exempt(StrEnum):
    """Why a whole request was admitted without judging an image."""

    DELETION = "deletion"
    CONNECTION = "connection"
    TERMINATING = "terminating"
    NO_NEW_IMAGE = "no-new-image"
    NO_POD_TEMPLATE = "no-pod-template"
    SUBRESOURCE = "subresource-without-images"
    KIND = "kind-without-images"


class Fault(StrEnum):
    """Why a request got no verdict at all, and so was refused by the webhook's failure policy."""

    INVALID_REVIEW = "invalid-review"
    OVERLOADED = "overloaded"
    INTERNAL_ERROR = "internal-error"


REMEDIES: Mapping[Reason, str] = {
    Reason.WITHIN_LIMITS: "Nothing to do.",
    Reason.RESOLVED_TAG: "Name the image by digest: the tag may move before the image is pulled.",
    Reason.ALLOWED_BY_RULE: "Nothing to do.",
    Reason.EXEMPTED: "Mend the image before the exemption ends.",
    Reason.NEW_FINDINGS: "Rebuild it on patched packages before the grace time ends.",
    Reason.DENIED_BY_RULE: "Use an image that the policy admits, or ask its owners for a rule or an exemption.",
    Reason.NAMESPACE_UNKNOWN: "Retry in a minute; if it stays, tell the platform team.",
    Reason.OVER_LIMITS: "Rebuild it on patched packages, push, and deploy the new digest.",
    Reason.STALE: "Scan it again, and name the new scan result.",
    Reason.FUTURE: "Check the clock of the gate's node; then scan the image again.",
    Reason.UNCOUNTED: "Scan it again; the result carries no counters.",
    Reason.INVALID_REFERENCE: "Write it as registry/repository@sha256:<digest>.",
    Reason.UNEXPECTED_IMAGE_FIELD: "Remove the field, or update the gate if Kubernetes has learnt a new one.",
    Reason.TOO_MANY_IMAGES: "Split the pod.",
    Reason.UNPINNED: "Name the image by digest: registry/repository@sha256:<digest>.",
    Reason.INVALID_SCAN_ID: "Correct or remove the annotation.",
    Reason.MISSING: "Scan it, and name the scan result in the annotation or the lookup table.",
    Reason.GONE: "The registry keeps only the newest scans: scan it again, and name the new scan result.",
    Reason.UNFINISHED: "Wait for the scan to finish, and retry.",
    Reason.FAILED: "See in the registry why the scan failed, and scan it again.",
    Reason.UNKNOWN_STATUS: "Scan it again; if the status stays, ask the platform team to update the gate.",
    Reason.MISMATCHED: "Name the scan result of this very digest.",
    Reason.UNAVAILABLE: "Retry in a minute; if it stays, tell the platform team.",
    Reason.UNAUTHORIZED: "Tell the platform team: the gate's service account needs container-registry.images.scanner.",
    Reason.UNREADABLE: "Tell the platform team: the registry's answer was not understood.",
}
"""What the person who was refused can do, in one sentence; a test holds it complete."""
