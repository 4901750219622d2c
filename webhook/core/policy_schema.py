"""The shape of a policy file, as it is written: keys, kinds of values, and what each is for.

`scangate policy schema` prints it as JSON Schema; the descriptions are those of its keys.
"""

from typing import Annotated, Literal

import msgspec

from webhook.core.documents import Section
from webhook.core.policy import (
    Absent,
    Action,
    Counting,
    Limits,
    Mode,
    OnUnpinned,
    RuleAction,
)

API_VERSION: Literal["scangate.dev/v1"] = "scangate.dev/v1"
KIND: Literal["ScanPolicy"] = "ScanPolicy"

Name = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$(?!\n)",
        description="1 to 63 characters of a-z, 0-9 and -, beginning and ending with a letter or digit",
    ),
]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=500, description="1 to 500 characters")]
Identifier = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$(?!\n)",
        description="the id of a vulnerability, such as CVE-2026-12345",
    ),
]
Text = Annotated[str, msgspec.Meta(description="text; what YAML takes for something else stands in quotes")]


Texts = Annotated[tuple[Text, ...], msgspec.Meta(min_length=1, description="a list of at least one entry")]
"""A list that is there and empty would match nothing, or everything: whoever writes one is asked what is meant."""

Labels = Annotated[dict[str, Text], msgspec.Meta(min_length=1, description="at least one label")]


class MatchText(Section, frozen=True, omit_defaults=True):
    """What a rule matches. Every key that is there must fit; of a list, one entry is enough."""

    namespaces: Texts = ()
    namespace_labels: Labels = {}
    images: Texts = ()
    kinds: Texts = ()
    service_accounts: Texts = ()


class RuleText(Section, frozen=True, omit_defaults=True):
    """A rule. The first one that matches an image decides about it."""

    name: Name
    match: MatchText = msgspec.field(default_factory=MatchText)
    action: RuleAction = RuleAction.JUDGE
    mode: Mode = Mode.ENFORCE
    limits: Limits = msgspec.field(default_factory=Limits)
    counting: Counting = Counting.FINDINGS
    only_fixable: bool = False
    new_findings_grace: Text = "0s"
    max_scan_age: Text = "720h"
    absent_counts: Absent = Absent.ZERO
    require_latest: bool = False
    scan_on_missing: bool = False
    on_missing: Action = Action.DENY
    on_unfinished: Action = Action.DENY
    on_failed: Action = Action.DENY
    on_unavailable: Action = Action.DENY
    on_unpinned: OnUnpinned = OnUnpinned.DENY


class ExemptionText(Section, frozen=True, omit_defaults=True):
    """Images that may run whatever is found in them, until a day. Every key must fit; of a list, one entry."""

    reason: Words
    owner: Words
    expires: Text
    images: Texts = ()
    digests: Texts = ()
    namespaces: Texts = ()


class IgnoredText(Section, frozen=True, omit_defaults=True):
    """A vulnerability that does not count, until a day."""

    id: Identifier
    reason: Words
    owner: Words
    expires: Text
    images: Texts = ()
    packages: Texts = ()


class PolicyText(Section, frozen=True, omit_defaults=True):
    """A policy file. Several files in a folder are joined in the order of their names."""

    api_version: Literal["scangate.dev/v1"]
    kind: Literal["ScanPolicy"]
    rules: tuple[RuleText, ...] = ()
    exemptions: tuple[ExemptionText, ...] = ()
    ignored_vulnerabilities: tuple[IgnoredText, ...] = ()
