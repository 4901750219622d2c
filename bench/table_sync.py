"""Synchronises a large lookup table with a real API server, and breaks it off: `python -m bench.table_sync --help`.

The exit code is 1 if an entry was lost, or a gate did not take up what was new.
"""

import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from tests.e2e.apiserver import api_server
from tests.e2e.installation import document
from tests.e2e.programs import binaries
from tests.e2e.tables import Place
from tests.processes import eventually
from tests.service.registry import App, new_app, registry
from webhook.emulator.fault_text import parse_fault

PATIENCE_SECONDS = 1800.0

NAMESPACE = "scangate"


@click.command()
@click.option("--images", default=20_000, help="Images in the registry.")
def main(*, images: int) -> None:
    """Make a table of many images, change it, kill a run half-way, take the registry away, and ask a gate."""
    programs = binaries()
    if programs is None:
        raise click.ClickException("needs kube-apiserver and etcd in $KUBEBUILDER_ASSETS")
    apps = [new_app() for _ in range(images)]
    with (
        tempfile.TemporaryDirectory() as name,
        api_server(_made(Path(name) / "cluster"), programs) as cluster,
        registry(*(app.section(medium=app.number % 5) for app in apps)) as world,
    ):
        cluster.api.apply(document("v1", "Namespace", NAMESPACE))
        place = Place(cluster, NAMESPACE, world, _made(Path(name) / "work"))
        place.grant()
        click.echo(f"{images} images")
        _try(place, apps)


def _try(place: Place, apps: list[App]) -> None:
    _synchronise(place, "the first time")
    sizes = [sum(map(len, item.get("data", {}).values())) for item in place.config_maps.values()]
    click.echo(f"  {len(sizes)} ConfigMaps, the largest of {max(sizes) / 1024:.0f} KiB")
    _synchronise(place, "nothing new")
    with _timed("a gate and the table in a folder"), place.fetching() as table, place.gate(table) as gate:
        new = place.registry.app()
        _check(gate.judge(apps[-1].bare_review())["allowed"], "the gate does not know the table")
        _synchronise(place, "one image more")
        with _timed("until the gate knows it"):
            eventually(lambda: gate.judge(new.bare_review())["allowed"] is True)
        _kill(place, [*apps, new])
        _outage(place)
        _check(gate.judge(apps[0].bare_review())["allowed"] is not None, "the gate has no answer")
    _synchronise(place, "again, after all of it")


def _kill(place: Place, apps: list[App]) -> None:
    """Have each image scanned again, and kill the run that writes it."""
    before = place.versions
    place.registry.emulator.faults.replace([parse_fault("replace:id,value=chenew,path=*:lastScanResult")])
    with _timed("a run that is killed while it writes"), place.syncing() as process:
        _wait(lambda: place.versions != before)
        process.signal(signal.SIGKILL)
        process.wait()
    entries = place.entries
    new = sum(entry["scanResultId"] == "chenew" for entry in entries.values())
    _check(entries.keys() == {app.digest for app in apps}, "an entry was lost")
    click.echo(f"  {new} of {len(entries)} entries are new")
    place.registry.emulator.faults.clear()


def _outage(place: Place) -> None:
    before = place.entries
    place.registry.emulator.faults.replace([parse_fault("status:503,path=*/images*")])
    with _timed("a registry that is down"):
        _check(place.sync("--deadline", "20s").returncode == 2, "no exit code tells of the outage")
    _check(place.entries == before, "the table was changed during the outage")
    place.registry.emulator.faults.clear()


def _synchronise(place: Place, what: str) -> None:
    with _timed(what):
        done = place.sync(patience=PATIENCE_SECONDS)
    _check(done.returncode == 0, done.stderr)
    click.echo(f"  {done.stdout.strip()}")


def _wait(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not true():
        _check(time.monotonic() < end, "nothing happens")
        time.sleep(0.05)


def _check(true: bool, what: str) -> None:  # noqa: FBT001 - a claim
    if not true:
        raise click.ClickException(what)


@contextmanager
def _timed(what: str) -> Iterator[None]:
    begin = time.monotonic()
    yield
    click.echo(f"{time.monotonic() - begin:7.1f} s  {what}")


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


if __name__ == "__main__":
    main()
