"""Audits many pods of a real API server, twice, and measures it: `python -m bench.audits --help`.

The exit code is 1 if not exactly what is planted was found, an image was asked about twice, the second run wrote
anything, or memory grew with the number of pods.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from tests.e2e.audit_outputs import known
from tests.e2e.audit_scale import RULES, Run, Scale, bad
from tests.e2e.audits import Auditor, grant
from tests.e2e.fleet import fleet, quiet_cluster
from tests.e2e.installation import document
from tests.e2e.programs import binaries
from tests.service.registry import new_app, registry
from webhook.core.policy_reports import ReportApi

SMALLER = 10
"""Memory is compared with that for so many times fewer pods and images."""

MOST_GROWTH = 1.5
"""Of memory, for ten times as many pods."""


@click.command()
@click.option("--pods", default=2000, help="Pods, four of each Deployment.")
@click.option("--images", default=300, help="Distinct images.")
def main(*, pods: int, images: int) -> None:
    """Audit a cluster of many pods, and one of few."""
    programs = binaries()
    if programs is None:
        raise click.ClickException("needs kube-apiserver and etcd in $KUBEBUILDER_ASSETS")
    few = _tried(programs, pods // SMALLER, images // SMALLER)
    many = _tried(programs, pods, images)
    ratio = many / few
    click.echo(f"memory for {SMALLER} times as many pods: {ratio:.2f} times as much")
    _check(ratio <= MOST_GROWTH, "memory grew with the number of pods")


def _tried(programs: Path, pods: int, images: int) -> int:
    """Audit so many pods twice, and return how much memory that took, in KiB."""
    click.echo(f"{pods} pods, {images} images")
    apps = [new_app() for _ in range(images)]
    planted = bad(apps)
    with (
        tempfile.TemporaryDirectory() as name,
        registry(*(app.section(critical=int(app in planted)) for app in apps)) as world,
        quiet_cluster(Path(name) / "cluster", programs) as cluster,
        known(cluster, ReportApi.POLICY_REPORTS),
    ):
        made = fleet(apps, pods)
        with _timed("making the pods"):
            made.make(cluster)
        cluster.api.apply(document("v1", "Namespace", "scangate"))
        auditor = Auditor(grant(cluster, "scangate", *RULES), world, Path(name) / "audit", {})
        runs = _twice(Scale(cluster, made, world, auditor))
    for run in runs:
        _check(run.found == made.running(planted), "not exactly what is planted was found")
        _check((run.calls, run.most_calls) == (images, 1), "an image was asked about twice")
    return max(run.kib for run in runs)


def _twice(scale: Scale) -> tuple[Run, Run]:
    with _timed("the first audit"):
        first = scale.audit()
    _say(first)
    stored = scale.stored()
    with _timed("the second audit"):
        second = scale.audit()
    _say(second)
    _check(second.written == 0 and scale.stored() == stored, "the second audit wrote something")
    return first, second


def _say(run: Run) -> None:
    report = run.report
    click.echo(
        f"  {report['pods']} pods of {report['owners']} owners, {report['images']} images, "
        f"{len(report['violations'])} violations"
    )
    click.echo(f"  {run.calls} calls of the scanner, at most {run.most_calls} about one image")
    click.echo(f"  {run.written} objects written, {run.refused} were there already; {run.kib / 1024:.0f} MiB at most")


@contextmanager
def _timed(what: str) -> Iterator[None]:
    begin = time.monotonic()
    yield
    click.echo(f"{time.monotonic() - begin:7.1f} s  {what}")


def _check(true: bool, what: str) -> None:  # noqa: FBT001 - a claim
    if not true:
        raise click.ClickException(what)


if __name__ == "__main__":
    main()
