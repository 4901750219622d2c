"""A gate with a synchronised lookup table, while the registry is there and while it is not."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.charts.monitoring import alerts
from tests.gates import Gate, Setup, gate
from tests.processes import eventually
from tests.promql_values import fires
from tests.scrapes import scrape
from tests.service.registry import Registry, new_app, registry
from tests.synchronising import Output
from webhook.emulator.fault_text import parse_fault

APP = new_app()

EXPRESSIONS = {alert["alert"]: alert["expr"] for alert in alerts()}

STALE_SECONDS = 10800
"""The chart's default."""


@pytest.fixture
def output(tmp_path: Path) -> Iterator[Output]:
    """A registry with one image, and a table that is in line with it."""
    with registry(APP.section()) as served:
        output = Output(tmp_path, served)
        assert output.sync().returncode == 0
        yield output


@pytest.fixture
def server(output: Output, authority: Authority) -> Iterator[Gate]:
    """A gate that knows of scans from that table alone."""
    setup = Setup(registry=output.registry.url, settings={"table": "table", "sources": ["table"]})
    with gate(output.folder, authority, setup) as running:
        yield running


def firing(server: Gate, *, later: float = 0) -> set[str]:
    """Return which alerts about the table have a result, now or so many seconds later."""
    now, read = time.time() + later, scrape(server)
    return {name for name in ("ScangateTableSyncFailing", "ScangateTableStale") if fires(EXPRESSIONS[name], read, now)}


def sync_fails(output: Output, world: Registry) -> None:
    """Have the registry go away, and a synchronisation find that."""
    world.emulator.faults.replace([parse_fault("status:503,path=*/images/*")])
    assert output.sync("--deadline", "2s").returncode == 2


def test_an_outage_leaves_the_table_and_alerts(server: Gate, output: Output) -> None:
    """Entries stay and are used, the failed run alerts, and the table is stale once its time is over."""
    assert server.judge(APP.bare_review())["allowed"] is True
    assert firing(server) == set()

    before = output.entries
    sync_fails(output, output.registry)
    eventually(lambda: firing(server) == {"ScangateTableSyncFailing"})

    assert output.entries == before
    assert server.judge(APP.bare_review())["allowed"] is True
    later = firing(server, later=STALE_SECONDS + 60)
    assert later == {"ScangateTableSyncFailing", "ScangateTableStale"}


def test_the_alert_ends_with_the_next_good_run(server: Gate, output: Output) -> None:
    """Without a restart, and the table is as old as that run."""
    sync_fails(output, output.registry)
    eventually(lambda: firing(server) == {"ScangateTableSyncFailing"})
    old = scrape(server).total("scangate_table_synchronised_timestamp_seconds")

    output.registry.emulator.faults.clear()
    assert output.sync().returncode == 0
    eventually(lambda: firing(server) == set())
    assert scrape(server).total("scangate_table_synchronised_timestamp_seconds") > old
