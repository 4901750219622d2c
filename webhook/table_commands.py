"""The commands about the lookup table. Each imports what it needs when it runs, as those about a cluster do."""

import os
import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from webhook.cluster_commands import Kubeconfig, duration
from webhook.core.environment import parse_environment
from webhook.core.history import Bounds
from webhook.core.places import Kind, Place, parse_place
from webhook.errors import EXIT_NO, Invalid

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
"""Where the kubelet puts what a pod needs to talk to its API server."""

File = click.Path(exists=False, dir_okay=False, path_type=Path)
Folder = click.Path(file_okay=False, path_type=Path)


@click.group()
def table() -> None:
    """Make the lookup table, and bring it to the gate."""


def _places(kind: Kind) -> Any:
    def parsed(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[Place, ...]:
        try:
            return tuple(parse_place(kind, value) for value in values)
        except Invalid as error:
            raise click.BadParameter(str(error)) from error

    return parsed


def _name(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """Return what may begin the name of a ConfigMap, and be a label."""
    if re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?", value) is None:
        raise click.BadParameter("must be 1 to 50 of a-z, 0-9 and -, and neither begin nor end with -")
    return value


@table.command()
@click.option("--config", type=File, required=True, help="The GateConfiguration: who to be, and where the cloud is.")
@click.option("--registry", "registries", multiple=True, callback=_places(Kind.REGISTRY), help="Id of a registry.")
@click.option("--folder", "folders", multiple=True, callback=_places(Kind.FOLDER), help="Id of a folder.")
@click.option(
    "--repository",
    "repositories",
    multiple=True,
    callback=_places(Kind.REPOSITORY),
    help="<registry id>/<path> of a repository.",
)
@click.option(
    "--table", "name", callback=_name, default="scangate-synced", show_default=True, help="Name of the table."
)
@click.option("--namespace", help="Write ConfigMaps of this namespace.")
@click.option("--output", type=Folder, help="Write files in this folder instead.")
@click.option("--concurrency", type=click.IntRange(1, 64), default=8, show_default=True, help="Calls at the same time.")
@click.option(
    "--deadline", callback=duration, default="30m", show_default=True, help="How long asking the registry may take."
)
@click.option(
    "--min-fraction",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="Share of the entries that must be left, or the table stays as it is.",
)
@click.option("--allow-shrink", is_flag=True, help="Let the table shrink this time, even to nothing.")
@click.option(
    "--history", type=click.IntRange(0, 20), default=6, show_default=True, help="Scans remembered of an image."
)
@click.option(
    "--history-age", callback=duration, default="720h", show_default=True, help="How long a scan is remembered."
)
@Kubeconfig
def sync(config: Path, **options: Any) -> None:
    """Make the lookup table from what registries hold.

    Lists the images of every --registry, --folder and --repository, asks for the newest finished scan of each, and
    maps the image's digest to it. Run it often: the registry drops scans after a while, and ids with them. What it
    found in earlier scans is remembered beside the table, in files that end in .history.

    \b
      scangate table sync --config gate.yaml --registry crp9ftr22d26age3hulg --namespace scangate
      scangate table sync --config gate.yaml --folder b1gvmob95yysaplct532 --output table/

    The table is cut into 16 pieces by the first digit of the digest, or into 256 when those no longer fit into a
    ConfigMap: <table>-0 to <table>-f, then <table>-00 to <table>-ff. ConfigMaps have the label
    scangate.dev/table=<table>. Only pieces that change are written, each over the version that was read, so that
    runs may meet or break off anywhere. When it was last in line, and with how many entries, is in <table>.state.

    Nothing is written before the registry has answered everything, nor if the table would lose too many entries.

    \b
    What it needs to be allowed:
      container-registry.images.scanner          in the cloud
      get, patch  configmaps of the table        in the namespace; create, unless they are there already

    Exit codes: 0 the table is in line, 1 it was left as it is since it would shrink, 2 something is wrong: the
    registry does not answer, a right is missing, or the deadline is over.
    """
    from webhook.jobs.table_sync.sync import Terms  # noqa: PLC0415
    from webhook.wiring.progress import Progress  # noqa: PLC0415
    from webhook.wiring.table_sync import Pace, sync_table  # noqa: PLC0415

    places = (*options["registries"], *options["folders"], *options["repositories"])
    if not places:
        raise click.UsageError("name at least one --registry, --folder or --repository")
    store = _store(**options)
    pace = Pace(concurrency=options["concurrency"], seconds=options["deadline"])
    progress = Progress(sys.stderr.write, terminal=sys.stderr.isatty())
    ready = sync_table(config, parse_environment(os.environ), store, pace=pace, progress=progress)
    bounds = Bounds(options["history"], timedelta(seconds=options["history_age"]))
    least = 0.0 if options["allow_shrink"] else options["min_fraction"]
    terms = Terms(bounds=bounds, least=least, empty=options["allow_shrink"])
    outcome = ready.run(places, terms)
    click.echo(f"{outcome.entries} entries of {outcome.images} images; {outcome.written} pieces written")
    if outcome.unclear:
        click.echo(f"{outcome.unclear} images have answers that cannot be read; their entries stay as they were")
    if outcome.refused is not None:
        click.echo(f"nothing was written: {outcome.refused}; if that is right, use --allow-shrink", err=True)
        raise SystemExit(EXIT_NO)


def _store(*, namespace: str | None, output: Path | None, kubeconfig: str | None, name: str, **_others: Any) -> Any:
    from webhook.wiring.table_sync import cluster_store, folder_store  # noqa: PLC0415

    match namespace, output:
        case str(), None:
            return cluster_store(kubeconfig, namespace, name)
        case None, Path():
            return folder_store(output, name)
        case _:
            raise click.UsageError("say where the table goes: --namespace or --output")


@table.command()
@click.option("--namespace", required=True, help="Namespace of the ConfigMaps.")
@click.option("--selector", default="scangate.dev/table", show_default=True, help="Labels of the ConfigMaps.")
@click.option("--output", type=Folder, required=True, help="Folder to bring them to; nothing else may write there.")
@click.option("--interval", callback=duration, default="10s", show_default=True, help="Time between two looks.")
@click.option("--once", is_flag=True, help="Look once and stop.")
@click.option("--api-server", metavar="URL", help="The API server; that of the pod without it.")
@click.option("--ca-file", type=File, default=ACCOUNT / "ca.crt", show_default=True, help="Who vouches for it.")
@click.option("--token-file", type=File, default=ACCOUNT / "token", show_default=True, help="Who to be.")
def fetch(output: Path, interval: float, api_server: str | None, *, once: bool, **place: Any) -> None:
    """Bring the ConfigMaps of lookup tables to a folder, and keep them fresh there.

    Runs beside the gate in its pod, whose `table` is OUTPUT/current: a link that leads to another folder when
    something has changed. The gate itself needs no right in the cluster and no token of it.

    It looks at the versions of the ConfigMaps every few seconds, and reads those that have changed. What it takes
    over is what all of them were at one moment. While the API server does not answer, and when no ConfigMap has
    the labels any more, the folder stays as it is.

    \b
    What it needs to be allowed:
      get, list  configmaps    in the namespace

    Exit codes: 0 done, 1 with --once: it could not be fetched, 2 something is wrong with an option or the folder.
    """
    from webhook.wiring.table_fetch import Where, fetch_table  # noqa: PLC0415

    where = Where(api_server=api_server or _api_server(), **place)
    if not fetch_table(where, output, interval=interval, once=once):
        raise SystemExit(EXIT_NO)


def _api_server() -> str:
    """Return the URL of the API server as Kubernetes tells it to every pod."""
    host, port = os.environ.get("KUBERNETES_SERVICE_HOST", ""), os.environ.get("KUBERNETES_SERVICE_PORT", "443")
    if not host:
        raise click.UsageError("this is no pod; name the API server: --api-server")
    return f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"
