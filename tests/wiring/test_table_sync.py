"""`scangate table sync`, before an emulated registry with bad days."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import eventually, run
from tests.service.registry import REGISTRY_ID, App, Registry, new_app, registry
from tests.synchronising import ENVIRONMENT, Output
from webhook.emulator.fault_text import parse_fault

IMAGES = 24

STATE = "scangate-synced.state"


@pytest.fixture
def apps() -> list[App]:
    """Some images."""
    return [new_app() for _ in range(IMAGES)]


@pytest.fixture
def world(apps: list[App]) -> Iterator[Registry]:
    """A registry with these images, and one that has no scan."""
    unscanned = {"name": f"{REGISTRY_ID}/shop/unscanned", "id": "crpunscanned"}
    with registry(*(app.section(high=1) for app in apps), unscanned) as served:
        yield served


@pytest.fixture
def output(tmp_path: Path, world: Registry) -> Output:
    """An empty folder."""
    return Output(tmp_path, world)


def fault(world: Registry, *texts: str) -> None:
    """Have the registry do that from now on, and nothing else wrong."""
    world.emulator.faults.replace(map(parse_fault, texts))


def scan_ids(output: Output) -> set[str]:
    """Return the ids of the scans in the table."""
    return {entry["scanResultId"] for entry in output.entries.values()}


def test_table_of_a_registry(output: Output, apps: list[App]) -> None:
    """Each image with a scan is in it, by its digest, with both ids; and what the scan found is remembered."""
    done = output.sync()
    assert (done.returncode, done.stderr.count("\n")) == (0, 1), done.stderr
    assert (
        done.stdout
        == f"{IMAGES} entries of {IMAGES + 1} images; {len(list(output.table.glob('*.json')))} pieces written\n"
    )
    assert output.entries == {app.digest: {"scanResultId": app.scan_id, "imageId": app.image_id} for app in apps}
    assert output.earlier(apps[0].digest) == [apps[0].scan_id]
    assert (output.state["images"], output.state["entries"]) == (IMAGES + 1, IMAGES)


def test_again(output: Output, world: Registry, apps: list[App]) -> None:
    """What has not changed is not written; what has is, and the earlier scan is remembered."""
    output.sync()
    before = output.files
    assert "; 0 pieces written" in output.sync().stdout
    assert {name for name, text in output.files.items() if before[name] != text} == {"scangate-synced.state"}

    world.emulator.faults.replace([parse_fault(f"replace:id,value=chenew,path=*{apps[0].image_id}:lastScanResult")])
    assert "; 1 pieces written" in output.sync().stdout
    assert output.entries[apps[0].digest]["scanResultId"] == "chenew"
    assert sorted(output.earlier(apps[0].digest)) == sorted(["chenew", apps[0].scan_id])


@pytest.mark.parametrize(
    "trouble",
    [
        ("page-size-one",),
        ("status:429,retryAfter=1,times=3",),
        ("status:503,every=5,times=9", "reset:every=7,times=3", "half-body:every=6,times=3"),
        ("latency:0.05",),
    ],
    ids=["pages", "429", "flaky", "slow"],
)
def test_bad_day(output: Output, world: Registry, trouble: tuple[str, ...]) -> None:
    """A registry that is in trouble for a while is asked until it answers, and the table is complete."""
    fault(world, *trouble)
    done = output.sync()
    assert done.returncode == 0, done.stderr
    assert len(output.entries) == IMAGES


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("status:503,path=*/images/*", "answer"),
        ("hang:path=*/images/*", "did not answer in time"),
        ("status:403,path=*/images", "refused the gate's credentials"),
        ("html:200,path=*/images", "not JSON"),
        ("repeat-page-token", "twice"),
        ("status:404,path=*/images", f"has no image in registry {REGISTRY_ID}"),
    ],
)
def test_outage(output: Output, world: Registry, trouble: str, said: str) -> None:
    """The old table stays as it is, to the byte, one line says why, and the state tells that there was a failure."""
    output.sync()
    before = output.files
    fault(world, "page-size-one", trouble)
    done = output.sync("--deadline", "2s")
    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]
    assert output.state.pop("failedAt") > output.state["syncedAt"]
    assert output.files | {STATE: before[STATE]} == before


def test_calls_at_the_same_time(output: Output, world: Registry) -> None:
    """There are never more than were asked for."""
    fault(world, "latency:0.02")
    world.emulator.calls.clear()
    assert output.sync("--concurrency", "3").returncode == 0
    assert world.emulator.calls.peak == 3


def test_table_that_would_shrink(output: Output, world: Registry) -> None:
    """It stays as it is, with an exit code of its own, until somebody says that it is right."""
    output.sync()
    before = output.files
    fault(world, "status:404,path=*:lastScanResult")
    done = output.sync()
    assert done.returncode == 1
    assert f"shrink from {IMAGES} to 0 entries" in done.stderr
    assert output.state["failedAt"] > output.state["syncedAt"]
    assert output.files | {STATE: before[STATE]} == before
    assert output.sync("--allow-shrink").returncode == 0
    assert output.entries == {}
    assert "failedAt" not in output.state


def test_killed_while_it_asks(output: Output, world: Registry) -> None:
    """Nothing was written."""
    output.sync()
    before = output.files
    world.emulator.calls.clear()
    fault(world, "latency:0.1")
    with output.syncing() as process:
        eventually(lambda: world.emulator.calls.count("*:lastScanResult") > 5)
        process.signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert output.files == before


def test_killed_while_it_writes(output: Output, world: Registry, apps: list[App]) -> None:
    """Every entry is that of the old table or that of the new one, and the next run ends the work."""
    output.sync()
    before = output.files
    fault(world, "replace:id,value=chenew,path=*:lastScanResult")
    with output.syncing() as process:
        eventually(lambda: output.files != before)
        process.signal(signal.SIGKILL)
        process.wait()
    assert output.entries.keys() == {app.digest for app in apps}
    assert scan_ids(output) <= {"chenew", *(app.scan_id for app in apps)}
    output.sync()
    assert scan_ids(output) == {"chenew"}


def test_two_at_once(output: Output, apps: list[App]) -> None:
    """Both come to their end, and the table is complete."""
    with output.syncing() as one, output.syncing() as other:
        assert (one.wait(), other.wait()) == (0, 0)
    assert output.entries.keys() == {app.digest for app in apps}


def test_folder_that_is_not_there(output: Output) -> None:
    """One line names it."""
    arguments = output.arguments()
    output.table.rmdir()
    done = run(*arguments, environment=ENVIRONMENT)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith(f"scangate: {output.table}: cannot be written to")
