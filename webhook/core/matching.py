"""Which rule applies to an image: what a rule matches, and the search for the first one that does.

A rule is found by what the names and images that it matches begin with, so that a policy of thousands of rules
costs little more than one of ten.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

import msgspec

from webhook.core.images import ImageReference
from webhook.core.patterns import ImagePattern, NamePattern
from webhook.core.workloads import Kind

Labels = Mapping[str, str]
"""Labels of a namespace."""


class Workload(msgspec.Struct, frozen=True, kw_only=True):
    """Whose images are judged."""

    namespace: str = ""
    kind: Kind = Kind("", "")
    """Of the object in the request: a pod is a pod, whoever makes it."""
    service_account: str = ""
    """That the pod runs as, in its namespace."""


class Fit(Enum):
    """How far a rule matches."""

    NO = "no"
    YES = "yes"
    UNKNOWN = "unknown"
    """All that is known fits; labels of the namespace are not known, or the image cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a rule matches: everything that is named must fit; of a list, one is enough."""

    namespaces: tuple[NamePattern, ...] = ()
    namespace_labels: tuple[tuple[str, str], ...] = ()
    images: tuple[ImagePattern, ...] = ()
    kinds: tuple[Kind, ...] = ()
    service_accounts: tuple[NamePattern, ...] = ()

    @property
    def everything(self) -> bool:
        """Whether it matches every image of every workload."""
        return self == EVERYTHING

    def fit(self, workload: Workload, labels: Labels | None, reference: ImageReference | None) -> Fit:
        """Tell whether it matches an image of *workload*; *reference* is None where the image cannot be read."""
        known = (
            _one(self.namespaces, workload.namespace)
            and (not self.kinds or workload.kind in self.kinds)
            and _one(self.service_accounts, workload.service_account)
            and _image(self.images, reference)
        )
        if not known:
            return Fit.NO
        if self.images and reference is None:
            return Fit.UNKNOWN
        if not self.namespace_labels:
            return Fit.YES
        if labels is None:
            return Fit.UNKNOWN
        return Fit.YES if all(labels.get(key) == value for key, value in self.namespace_labels) else Fit.NO


EVERYTHING = Match()


def _one(patterns: Sequence[NamePattern], name: str) -> bool:
    return not patterns or any(pattern.matches(name) for pattern in patterns)


def _image(patterns: Sequence[ImagePattern], reference: ImageReference | None) -> bool:
    if not patterns or reference is None:
        return True
    path = f"{reference.registry}/{reference.repository}"
    return any(pattern.matches_path(path) for pattern in patterns)


@dataclass(frozen=True, slots=True)
class _Prefixes:
    """Positions of rules, by what the texts that they match begin with."""

    positions: Mapping[str, tuple[int, ...]]
    lengths: tuple[int, ...]

    def of(self, text: str) -> Iterator[int]:
        """Return the positions of the rules that may match *text*."""
        for length in self.lengths:
            if length > len(text):
                return
            yield from self.positions.get(text[:length], ())


@dataclass(frozen=True, slots=True)
class Index:
    """The matches of a policy, so that the first one that fits is found soon."""

    matches: tuple[Match, ...]
    _by_namespace: _Prefixes = field(init=False, repr=False, compare=False)
    _by_image: _Prefixes = field(init=False, repr=False, compare=False)
    _others: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """File each match under the longest beginnings that it has."""
        by_namespace: list[tuple[str, int]] = []
        by_image: list[tuple[str, int]] = []
        others: list[int] = []
        for position, match in enumerate(self.matches):
            namespaces = {pattern.prefix for pattern in match.namespaces}
            images = {pattern.prefix for pattern in match.images}
            if namespaces and min(map(len, namespaces)) >= (min(map(len, images)) if images else 1):
                by_namespace += [(prefix, position) for prefix in namespaces]
            elif images:
                by_image += [(prefix, position) for prefix in images]
            else:
                others.append(position)
        object.__setattr__(self, "_by_namespace", _prefixes(by_namespace))
        object.__setattr__(self, "_by_image", _prefixes(by_image))
        object.__setattr__(self, "_others", tuple(others))

    def first(
        self, workload: Workload, labels: Labels | None, reference: ImageReference | None
    ) -> tuple[int, Fit] | None:
        """Return the position of the first match that fits, or may fit, and how; None where none does."""
        for position in self._candidates(workload, reference):
            fit = self.matches[position].fit(workload, labels, reference)
            if fit is not Fit.NO:
                return position, fit
        return None

    def _candidates(self, workload: Workload, reference: ImageReference | None) -> Iterable[int]:
        if reference is None:
            return range(len(self.matches))
        path = f"{reference.registry}/{reference.repository}"
        return sorted([*self._others, *self._by_namespace.of(workload.namespace), *self._by_image.of(path)])


def _prefixes(filed: Iterable[tuple[str, int]]) -> _Prefixes:
    positions: defaultdict[str, list[int]] = defaultdict(list)
    for prefix, position in filed:
        positions[prefix].append(position)
    lengths = sorted({len(prefix) for prefix in positions})
    return _Prefixes({prefix: tuple(those) for prefix, those in positions.items()}, tuple(lengths))
