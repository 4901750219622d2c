"""The promise of a roll: no admission fails, however late API servers and gates learn of it.

A model: a pass is run at any time, and may break off after any write. An API server knows each caBundle up to
`SETTLING` late; a gate serves each certificate up to `RETIRING` late. At every moment every API server
must accept every gate.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st

from tests.clusters import HOST, Clock, Crash, FakeCluster
from tests.jobs.certificates.passes import authorities, installed, one_pass
from webhook.jobs.certificates.plan import RETIRING, SETTLING
from webhook.jobs.certificates.vouching import doubt

T = TypeVar("T")


@dataclass
class History:
    """What was published and served, and since when."""

    cluster: FakeCluster
    clock: Clock
    bundles: list[tuple[datetime, str]] = field(default_factory=list)
    served: list[tuple[datetime, bytes]] = field(default_factory=list)

    def note(self) -> None:
        """Take down what is published and served now, and hold it against what may still be."""
        self.bundles.append((self.clock(), self.cluster.bundle))
        self.served.append((self.clock(), self.cluster.served))
        now = self.clock()
        for bundle in _known(self.bundles, now, SETTLING):
            for served in _known(self.served, now, RETIRING):
                assert doubt(bundle, served, HOST, now=now) is None


def _known(history: list[tuple[datetime, T]], now: datetime, lag: timedelta) -> set[T]:
    """Return the values that somebody who learns of them up to *lag* late may have now."""
    ends = [since for since, _ in history[1:]] + [now + lag]
    return {value for (_, value), end in zip(history, ends, strict=True) if end > now - lag}


@given(
    st.integers(3280, 3290),
    st.lists(
        st.tuples(
            st.sampled_from([timedelta(seconds=1), SETTLING / 2, SETTLING, RETIRING / 2, RETIRING, timedelta(days=5)]),
            st.sampled_from([0, 1, 2, None, None]),
        ),
        max_size=14,
    ),
)
def test_every_api_server_accepts_every_gate(age: int, passes: list[tuple[timedelta, int | None]]) -> None:
    """At every moment of a roll, with crashes anywhere."""
    clock = Clock()
    cluster = installed(clock, age=timedelta(days=age))
    history = History(cluster, clock)
    cluster.after = history.note
    history.note()
    for wait, life in passes:
        clock.at += wait
        history.note()
        cluster.life = life
        with suppress(Crash):
            one_pass(cluster, clock)
    cluster.life = None
    for wait in (timedelta(days=10), SETTLING, RETIRING):
        clock.at += wait
        one_pass(cluster, clock)
    assert authorities(cluster) == 1
