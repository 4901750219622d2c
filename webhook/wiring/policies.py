"""What is done with a policy alone, put together."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from webhook.adapters.files import load_all
from webhook.core.matching import Workload
from webhook.core.workloads import parse_kind
from webhook.jobs.policy.cases import image_named, parse_cases
from webhook.jobs.policy.explanation import Subject, explain
from webhook.jobs.policy.inspection import Inspection, Standing
from webhook.jobs.policy.trial import Trial, judged
from webhook.wiring.clock import now
from webhook.wiring.loading import policy_in

Say = Callable[[str], None]


def inspect_policies(paths: Iterable[Path], *, labels: bool, say: Say, complain: Say) -> set[Standing]:
    """Look policies over, say what is found, and return what came of them."""
    inspection = Inspection(now=now(), labels=labels, say=say, complain=complain)
    return {inspection.of(str(path), lambda path=path: policy_in(path)) for path in paths}  # type: ignore[misc]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The workload that an image is of, as it is asked about."""

    namespace: str
    labels: Mapping[str, str] | None
    """Of the namespace; None where they are not known."""
    kind: str
    service_account: str


def explain_policy(path: Path, image: str, owner: Owner) -> tuple[str, ...]:
    """Say which rule of a policy is about an image, and why.

    Raises:
        Invalid: the policy or the kind is none.
    """
    kind = parse_kind(owner.kind)
    workload = Workload(namespace=owner.namespace, kind=kind, service_account=owner.service_account)
    return explain(policy_in(path), Subject(workload, owner.labels, image_named(image)), now())


def try_policies(paths: Iterable[Path]) -> tuple[Trial, ...]:
    """Judge the cases in files and folders.

    Raises:
        InvalidDocument: a file of cases, or a policy that one names, is none.
    """
    return tuple(_trials(paths))


def _trials(paths: Iterable[Path]) -> Iterator[Trial]:
    present = now()
    for document in (document for path in paths for document in load_all(path)):
        file = parse_cases(document, present)
        yield judged(file, policy_in(Path(document.source).parent / file.policy))
