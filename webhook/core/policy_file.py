"""Policy files: what people write, read strictly, and joined in the order of their names."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeVar

from webhook.core.documents import Document, read
from webhook.core.exemptions import ExceptionList, Exemption, Grounds, IgnoredVulnerability, day_after
from webhook.core.images import Digest, parse_digest
from webhook.core.matching import Match
from webhook.core.patterns import parse_image_pattern, parse_name_pattern, parse_package_pattern
from webhook.core.policy import UNLIMITED, Policy, Rule, RuleAction
from webhook.core.policy_schema import ExemptionText, IgnoredText, MatchText, PolicyText, RuleText
from webhook.core.printable import printable
from webhook.core.times import parse_duration, parse_time
from webhook.core.workloads import parse_kind
from webhook.errors import Invalid, InvalidDocument

T = TypeVar("T")

LABEL_KEY = re.compile(r"(?:[a-z0-9.-]{1,253}/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?", re.ASCII)
LABEL_VALUE = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?", re.ASCII)
"""Labels as Kubernetes has them (documentation, "Labels and Selectors")."""


def parse_policy(*documents: Document) -> Policy:
    """Return the policy that *documents* hold together, in their order.

    Raises:
        InvalidDocument: one is not a policy, or two rules have one name; the message names file, line, field
            and value.
    """
    written = [(document, read(document, PolicyText)) for document in documents]
    rules: dict[str, Rule] = {}
    for document, policy in written:
        for index, text in enumerate(policy.rules):
            rule = _Field(document, "rules", index).rule(text)
            if rules.setdefault(rule.name, rule) is not rule:
                raise document.invalid(("rules", index, "name"), f"'{rule.name}' is the name of another rule too")
    if not rules:
        where = ", ".join(document.source for document in documents) or "the policy"
        raise InvalidDocument(f"{where}: rules: at least one is required")
    exemptions = tuple(
        _Field(document, "exemptions", index).exemption(text)
        for document, policy in written
        for index, text in enumerate(policy.exemptions)
    )
    ignored = tuple(
        _Field(document, "ignoredVulnerabilities", index).ignored(text)
        for document, policy in written
        for index, text in enumerate(policy.ignored_vulnerabilities)
    )
    return Policy(tuple(rules.values()), _digest(documents), ExceptionList(exemptions, ignored))


def _digest(documents: Sequence[Document]) -> Digest:
    """Return the content address of the policy; that of its file where there is one."""
    if len(documents) == 1:
        return documents[0].digest
    return Digest(f"sha256:{hashlib.sha256(''.join(document.digest for document in documents).encode()).hexdigest()}")


class _Field:
    """An entry of a list in a document: reads its parts, and says where a part is that is wrong."""

    def __init__(self, document: Document, key: str, index: int) -> None:
        self._document = document
        self._path: tuple[str | int, ...] = (key, index)

    def rule(self, written: RuleText) -> Rule:
        parsed = {"match", "max_scan_age", "new_findings_grace"}
        same = {name: getattr(written, name) for name in written.__struct_fields__ if name not in parsed}
        match = self._match(written.match)
        if written.action in (RuleAction.ALLOW, RuleAction.WARN) and not match.images:
            # One that was forgotten here would let everything pass unseen.
            raise self._document.invalid(
                (*self._path, "match", "images"), f"is required where action is '{written.action}'; for all: ['**']"
            )
        return Rule(
            match=match,
            max_scan_age=self._age(written.max_scan_age),
            new_findings_grace=self._one(("newFindingsGrace",), _duration, written.new_findings_grace),
            **same,
        )

    def exemption(self, written: ExemptionText) -> Exemption:
        exemption = Exemption(
            grounds=self._grounds(written),
            images=self._each(("images",), parse_image_pattern, written.images),
            digests=self._each(("digests",), parse_digest, written.digests),
            namespaces=self._each(("namespaces",), parse_name_pattern, written.namespaces),
        )
        if not (exemption.images or exemption.digests or exemption.namespaces):
            raise self._document.invalid(self._path, "must name images, digests or namespaces")
        return exemption

    def ignored(self, written: IgnoredText) -> IgnoredVulnerability:
        return IgnoredVulnerability(
            grounds=self._grounds(written),
            id=written.id,
            images=self._each(("images",), parse_image_pattern, written.images),
            packages=self._each(("packages",), parse_package_pattern, written.packages),
        )

    def _grounds(self, written: ExemptionText | IgnoredText) -> Grounds:
        ends = self._one(("expires",), _end, written.expires)
        return Grounds(reason=written.reason, owner=written.owner, ends=ends)

    def _match(self, written: MatchText) -> Match:
        return Match(
            namespaces=self._each(("match", "namespaces"), parse_name_pattern, written.namespaces),
            namespace_labels=self._labels(written.namespace_labels),
            images=self._each(("match", "images"), parse_image_pattern, written.images),
            kinds=self._each(("match", "kinds"), parse_kind, written.kinds),
            service_accounts=self._each(("match", "serviceAccounts"), parse_name_pattern, written.service_accounts),
        )

    def _labels(self, written: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        for key, value in written.items():
            if LABEL_KEY.fullmatch(key) is None or LABEL_VALUE.fullmatch(value) is None:
                shown = printable(f"{key}: {value}", limit=120)
                problem = f"'{shown}' is no label of Kubernetes; it is compared as it is, without patterns"
                raise self._document.invalid((*self._path, "match", "namespaceLabels"), problem)
        return tuple(sorted(written.items()))

    def _age(self, text: str) -> timedelta | None:
        if text == UNLIMITED:
            return None
        return self._one(("maxScanAge",), lambda age: _duration(age, f", or '{UNLIMITED}'"), text)

    def _each(self, path: tuple[str, ...], parse: Callable[[str], T], texts: Iterable[str]) -> tuple[T, ...]:
        return tuple(self._one((*path, index), parse, text) for index, text in enumerate(texts))

    def _one(self, path: tuple[str | int, ...], parse: Callable[[str], T], text: str) -> T:
        try:
            return parse(text)
        except Invalid as error:
            raise self._document.invalid((*self._path, *path), str(error)) from error


MAX_DURATION = timedelta(days=36_500)
"""A hundred years: no calendar ends where one is added to a time."""


def _duration(text: str, otherwise: str = "") -> timedelta:
    try:
        duration = timedelta(seconds=parse_duration(text))
        if duration > MAX_DURATION:
            raise Invalid(f"'{printable(text, limit=60)}' is longer than a hundred years; give a shorter duration")
        return duration
    except OverflowError as error:
        raise Invalid(
            f"'{printable(text, limit=60)}' is longer than time itself; give a duration{otherwise}"
        ) from error
    except Invalid as error:
        raise Invalid(f"{error}{otherwise}") from error


YEARS = range(2000, 3000)
"""Those in which an exception may end; what is outside of them is a mistake."""


def _end(text: str) -> datetime:
    """Return the moment at which an exception ends: the end of a day, in UTC, or a time."""
    end = None
    for parse in (day_after, parse_time):
        with suppress(ValueError, OverflowError, Invalid):
            end = end or parse(text)
    if end is None or end.year not in YEARS:
        shown = printable(text, limit=60)
        raise Invalid(f"'{shown}' is not a day such as 2026-12-31, nor an RFC 3339 time, from 2000 to 2999")
    return end
