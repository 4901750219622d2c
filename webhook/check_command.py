"""The command that judges manifests before anybody applies them."""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from webhook.cluster_commands import duration
from webhook.core.environment import parse_environment
from webhook.errors import EXIT_NO
from webhook.jobs.check.objects import Object
from webhook.policy_commands import Report, pairs, publish
from webhook.wiring.check import Sources, Terms, report
from webhook.wiring.check import check as judge

STDIN = Path("-")
SHOWN = 5
"""Vulnerabilities that a table names for an image: those that one would mend first."""

File = click.Path(exists=False, dir_okay=False, path_type=Path)
Place = click.Path(exists=False, allow_dash=True, path_type=Path)


@click.command()
@click.argument("paths", type=Place, nargs=-1, metavar="[PATH...]")
@click.option(
    "--image", "images", multiple=True, help="An image to judge as that of a pod; may be given several times."
)
@click.option("--recursive", "-R", is_flag=True, help="Take the files in folders of folders, too.")
@click.option("--config", type=File, help="The GateConfiguration of the gate to judge as.")
@click.option("--policy", type=Place, help="The policy, a file or a folder; instead of that of --config.")
@click.option("--table", type=Place, help="The lookup table; instead of that of --config.")
@click.option("--endpoint", help="Base URL of the cloud's API endpoint; else YC_ENDPOINT.")
@click.option(
    "--registry",
    "registries",
    multiple=True,
    callback=pairs,
    metavar="HOST=URL",
    help="A registry whose images the scanner knows, and where its manifests are.  [default: that of Yandex]",
)
@click.option("--platform", "platforms", multiple=True, help="Platform of the nodes.  [default: linux/amd64]")
@click.option("--allow-http", is_flag=True, help="URLs may be plain http: for an emulator on this machine.")
@click.option("--namespace", default="default", show_default=True, help="Namespace of objects that name none.")
@click.option(
    "--namespace-label",
    "labels",
    multiple=True,
    callback=pairs,
    metavar="KEY=VALUE",
    help="A label of all namespaces; may be given several times.",
)
@click.option("--timeout", callback=duration, default="30s", show_default=True, help="How long an object may take.")
@click.option("--show", type=click.IntRange(0), default=SHOWN, show_default=True, help="Fixes that a table names.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "junit", "sarif"]),
    default="table",
    show_default=True,
    help="Form of the report.",
)
@click.option("--output", type=Report, help="File for the report, instead of standard output.")
def check(paths: Sequence[Path], form: str, output: Path | None, show: int, **options: Any) -> None:
    """Judge manifests as a gate would, in CI or at a desk, with the scans that the registry has now.

    PATH is a file or a folder of YAML or JSON with any number of objects, or - for standard input. Objects
    without images are counted and left alone; an AdmissionReview is judged as the request that it is.

    \b
      export YC_TOKEN=$(yc iam create-token)
      helm template shop charts/shop | scangate check --policy policy.yaml --namespace shop -
      scangate check --policy policy.yaml --format sarif --output scangate.sarif manifests/
      scangate check --policy policy.yaml --image cr.yandex/crpk28lsfu91rns28316/shop/api@sha256:9c3e...

    The identity in the cloud is that of --config, or else of the environment, as for serve. Labels of
    namespaces are those of --namespace-label, or of the Namespaces among the objects, or of the cluster.

    Below the table is what is wrong with which image, and what to mend first. What a rule only warns of or
    records (mode warn or audit) is shown and does not fail.

    Exit codes: 0 all would be admitted, 1 some would be denied, 2 there is no answer.
    """
    if not paths and not options["images"]:
        raise click.UsageError("Name files, folders, - or --image.")
    if options["config"] is None and options["policy"] is None:
        raise click.UsageError("Name a --policy or a --config.")
    sources = Sources(
        paths=[path for path in paths if path != STDIN],
        stdin=sys.stdin.buffer.read() if STDIN in paths else None,
        images=options.pop("images"),
        recursive=options.pop("recursive"),
    )
    terms = Terms(**options, fixes=form == "json" or (form == "table" and show > 0))
    checked = judge(sources, terms, parse_environment(os.environ), _progress)
    publish(report(checked, form, shown=show), output)
    if not all(result.allowed for result in checked.results):
        raise SystemExit(EXIT_NO)


def _progress(objects: Sequence[Object]) -> Iterator[Object]:
    """Show on standard error how far it is, where somebody looks at it."""
    if not sys.stderr.isatty():
        yield from objects
        return
    with click.progressbar(objects, file=sys.stderr, label="Judging", show_pos=True) as bar:
        yield from bar
