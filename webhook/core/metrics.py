"""The closed list of metrics: names, labels, and what they mean. `docs/metrics.md` lists them, and a test holds both.

No label has a value that a stranger chose. Each is from a list in this program, or from what the operators of
the gate have written: its policy, its kinds, its hosts.
"""

from dataclasses import dataclass
from enum import StrEnum

PREFIX = "scangate_"


class Sort(StrEnum):
    """How a metric behaves."""

    COUNTER = "counter"
    """It only goes up, and outlives the process that counted."""
    GAUGE = "gauge"
    """It says how things are now, and ends with the process that said so."""
    HISTOGRAM = "histogram"


class Join(StrEnum):
    """What a gauge is where several processes have it."""

    SUM = "sum"
    LEAST = "least"
    """For what is as bad as in the process where it is worst."""
    GREATEST = "greatest"


@dataclass(frozen=True, slots=True)
class Family:
    """A metric, with all its labels."""

    name: str
    sort: Sort
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()
    """Upper ends in seconds, of a histogram; there is one more without end."""
    join: Join = Join.SUM


ADMISSION_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 8.5, 30.0)
"""From what memory answers to the longest timeout; 8.5 s are the default timeout without the reserve."""

UPSTREAM_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


def _counter(short: str, text: str, *labels: str) -> Family:
    return Family(PREFIX + short, Sort.COUNTER, text, labels)


def _gauge(short: str, text: str, *labels: str, join: Join) -> Family:
    return Family(PREFIX + short, Sort.GAUGE, text, labels, join=join)


REQUESTS = _counter(
    "admission_requests_total", "Reviews that came, by what became of them.", "decision", "reason", "mode", "kind"
)
DURATION = Family(
    PREFIX + "admission_duration_seconds", Sort.HISTOGRAM, "How long reviews took.", ("decision",), ADMISSION_BUCKETS
)
IN_FLIGHT = _gauge("admission_requests_in_flight", "HTTP requests that are being answered now.", join=Join.SUM)
RESPONSES = _counter("http_responses_total", "HTTP answers on the port of the reviews, by status.", "code")
TURNED_AWAY = _counter(
    "turned_away_total",
    "Requests and connections without room, by what there was too little of.",
    "reason",
)
FINDINGS = _counter(
    "image_findings_total", "Images that were judged, by rule and outcome.", "rule", "mode", "reason", "decision"
)
UPSTREAM = Family(
    PREFIX + "upstream_request_duration_seconds",
    Sort.HISTOGRAM,
    "How long calls to the cloud took, each attempt by itself; code none: no answer came.",
    ("method", "code"),
    UPSTREAM_BUCKETS,
)
CACHE = _counter(
    "cache_requests_total",
    "Questions to the memory of the registry's answers: hit, miss, or failed with a failure old or new.",
    "what",
    "result",
)
BREAKER = _gauge(
    "circuit_breaker_open", "1 while a host that stopped answering is left alone.", "host", join=Join.GREATEST
)
TABLE_ENTRIES = _gauge("table_entries", "Digests in the lookup table.", join=Join.LEAST)
TABLE_LOADED = _gauge(
    "table_last_load_timestamp_seconds", "When the lookup table in use was taken up.", join=Join.LEAST
)
TABLE_SYNCED = _gauge(
    "table_synchronised_timestamp_seconds",
    "When the last synchronisation of the lookup table that came to its end had begun; of several tables the oldest.",
    join=Join.LEAST,
)
TABLE_SYNC = _gauge(
    "table_synchronisation_successful",
    "1 while the last synchronisation of each table is not known to have failed.",
    join=Join.LEAST,
)
EXCEPTIONS = _gauge(
    "exceptions", "Exceptions of the policy, by whether they still count.", "what", "state", join=Join.GREATEST
)
EXCEPTION_EXPIRY = _gauge(
    "exception_expiry_timestamp_seconds",
    "When the first of the exceptions ends that still count.",
    "what",
    join=Join.LEAST,
)
AUDIT_FINISHED = _gauge(
    "audit_finished_timestamp_seconds", "When the last audit of running pods ended.", join=Join.LEAST
)
AUDIT_WHOLE = _gauge("audit_whole", "1 where the last audit judged everything that runs.", join=Join.LEAST)
AUDIT_PODS = _gauge("audit_pods", "Running pods that the last audit judged.", join=Join.LEAST)
AUDIT_IMAGES = _gauge("audit_images", "Distinct images that they run.", join=Join.LEAST)
AUDIT_VIOLATING_PODS = _gauge(
    "audit_violating_pods",
    "Running pods with an image that does not pass.",
    "decision",
    "mode",
    "reason",
    join=Join.GREATEST,
)
AUDIT_VIOLATING_IMAGES = _gauge(
    "audit_violating_images",
    "Distinct images that run and do not pass.",
    "decision",
    "mode",
    "reason",
    join=Join.GREATEST,
)
TOKEN_EXPIRY = _gauge("token_expiry_timestamp_seconds", "When the IAM token in use ends.", join=Join.LEAST)
TOKEN_RENEWAL = _gauge(
    "token_renewal_successful", "1 while the last attempt to get an IAM token succeeded.", join=Join.LEAST
)
CERTIFICATE_EXPIRY = _gauge(
    "certificate_expiry_timestamp_seconds", "When the serving certificate in use ends.", join=Join.LEAST
)
RELOAD_FAILURES = _counter("reload_failures_total", "How often a file that changed could not be taken up.", "what")
RELOAD_SUCCESSFUL = _gauge(
    "last_reload_successful", "1 while what is in use is what the files say.", "what", join=Join.LEAST
)
POLICY = _gauge("policy_info", "1 for the policy in use, by the digest of its file.", "digest", join=Join.GREATEST)
POLICY_RULE = _gauge("policy_rule_info", "1 for each rule in use, with its mode.", "rule", "mode", join=Join.GREATEST)
READY = _gauge("ready", "1 while all processes are ready for reviews.", join=Join.LEAST)
BUILD = _gauge("build_info", "1 for the version that runs.", "version", "python", join=Join.GREATEST)
WORKERS = _gauge("workers", "Processes that answer reviews.", join=Join.SUM)
STARTS = _counter("worker_starts_total", "How often such a process was started.")
DROPPED = _counter("dropped_samples_total", "What was not counted for want of room for another series.")

FAMILIES = (
    REQUESTS, DURATION, IN_FLIGHT, RESPONSES, TURNED_AWAY, FINDINGS, UPSTREAM, CACHE, BREAKER, TABLE_ENTRIES,
    TABLE_LOADED, TABLE_SYNCED, TABLE_SYNC, EXCEPTIONS, EXCEPTION_EXPIRY, AUDIT_FINISHED, AUDIT_WHOLE, AUDIT_PODS,
    AUDIT_IMAGES, AUDIT_VIOLATING_PODS, AUDIT_VIOLATING_IMAGES,
    TOKEN_EXPIRY, TOKEN_RENEWAL, CERTIFICATE_EXPIRY, RELOAD_FAILURES, RELOAD_SUCCESSFUL, POLICY, POLICY_RULE, READY,
    BUILD, WORKERS, STARTS, DROPPED,
)  # fmt: skip
"""All of them, in the order of the exposition."""
