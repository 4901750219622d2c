"""The lease: only one is at it at a time."""

import logging
from dataclasses import replace

import pytest

from tests.clusters import Clock, FakeCluster
from tests.jobs.certificates.passes import in_order, installed, one_pass
from webhook.core.cluster import Lease, Version
from webhook.jobs.certificates.ensure import LEASE_SECONDS


def test_held_by_another() -> None:
    """Only one is at it: another one does nothing, and says so."""
    clock = Clock()
    cluster = FakeCluster(held=Lease(Version("1"), "another", clock(), LEASE_SECONDS))

    assert not one_pass(cluster, clock)

    assert (cluster.writes, cluster.data) == ([], {})


def test_lease_of_one_who_crashed_ends() -> None:
    """After two minutes the next one may."""
    clock = Clock()
    cluster = FakeCluster(held=Lease(Version("1"), "another", clock(), LEASE_SECONDS))
    clock.pass_by(seconds=LEASE_SECONDS)

    assert one_pass(cluster, clock)
    assert cluster.held.holder == ""


def test_lease_that_was_lost_meanwhile() -> None:
    """Who finds another one in its place stops, and leaves the lease to it."""
    clock = Clock()
    cluster = FakeCluster()

    def taken(_: str) -> None:
        cluster.held = replace(cluster.held, holder="another", renewed=clock())

    cluster.after = lambda: taken("")

    assert not one_pass(cluster, clock)
    assert cluster.held.holder == "another"


def test_lease_that_cannot_be_given_back(caplog: pytest.LogCaptureFixture) -> None:
    """The work is done all the same, and the lease ends by itself."""
    clock, turns = Clock(), iter(range(5))
    cluster = FakeCluster()

    def interfere(kind: str) -> None:
        if kind == "lease" and next(turns) == 4:
            cluster.touch("lease")

    cluster.before = interfere
    with caplog.at_level(logging.INFO):
        assert one_pass(cluster, clock)
    assert caplog.messages[-1] == "lease not released"
    assert in_order(cluster, clock)


def test_lease_that_another_one_took_in_the_end() -> None:
    """It is not given back for somebody else."""
    clock, turns = Clock(), iter(range(9))
    cluster = installed(clock)

    def take_over(kind: str) -> None:
        if kind == "registration" and next(turns) == 0:
            cluster.held = replace(cluster.held, holder="another")

    cluster.reading = take_over

    assert one_pass(cluster, clock)
    assert cluster.held.holder == "another"
