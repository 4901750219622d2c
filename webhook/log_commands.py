"""The commands about audit logs. They need no network and no cluster."""

import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from webhook.core.audit_logs import Span, parse_moment
from webhook.core.progress import Progress
from webhook.errors import Invalid
from webhook.wiring.clock import now
from webhook.wiring.logs import Form, Logs
from webhook.wiring.replay import replay_logs
from webhook.wiring.report import report_logs

EXIT_CHANGED = 1
"""Decisions change."""

Command = Callable[..., None]


def _moment(_context: click.Context, _option: click.Parameter, value: str | None) -> datetime | None:
    """Return the moment that is meant."""
    try:
        return None if value is None else parse_moment(value, now())
    except Invalid as error:
        raise click.BadParameter(str(error)) from error


def _about_logs(command: Command) -> Command:
    """Give a command the options that both have."""
    for option in reversed(
        [
            click.argument("files", nargs=-1, type=click.Path(dir_okay=False, allow_dash=True, path_type=Path)),
            click.option("--since", callback=_moment, help="Only records from then on: 24h (ago), or a time."),
            click.option("--until", callback=_moment, help="Only records from before then."),
            click.option("--top", type=click.IntRange(1, 1000), default=10, show_default=True, help="Rows of a table."),
            click.option("--output", type=click.Choice(["table", "json"]), default="table", show_default=True),
        ]
    ):
        command = option(command)
    return command


@click.command()
@click.option("--policy", type=click.Path(path_type=Path), required=True, help="The policy, a file or a folder.")
@_about_logs
@click.option("--list", "listed", type=click.IntRange(0, 10_000), default=20, show_default=True, help="Changes listed.")
@click.option("--fail-on-change", is_flag=True, help="Exit with 1 if a decision changes.")
def replay(policy: Path, listed: int, fail_on_change: bool, output: str, **about: Any) -> None:
    """Say what another policy would have decided, from an audit log.

    Judges every decision in FILES again by the gate's own rules, from what the records say was known at the time;
    nothing is asked of anybody. Without FILES, or for -, it reads standard input. Files may be compressed by gzip,
    and lines may have names of pods or times in front of them, as kubectl prints them. Lines that are something
    else are left out; records that cannot be read are counted and shown.

    \b
      kubectl logs --namespace scangate --selector app.kubernetes.io/component=gate --tail=-1 \\
        | scangate replay --policy stricter.yaml
      scangate replay --policy policy/ --since 168h audit-*.log.gz
      scangate replay --policy policy/ --output json --fail-on-change audit.log

    Where the policy asks for something that a record does not have, such as the list of vulnerabilities, the
    decision counts as undecided, unless what is missing makes no difference.

    Exit codes: 0 done, 1 decisions change (with --fail-on-change), 2 something is wrong with a file or an option.
    """
    with_logs = partial(replay_logs, policy, listed=listed)
    if not _read(with_logs, output, about) and fail_on_change:
        raise SystemExit(EXIT_CHANGED)


@click.command()
@_about_logs
def report(output: str, **about: Any) -> None:
    """Say what was denied, warned and exempted, from an audit log.

    Counts the decisions in FILES: how many there were of each kind, by which rule and for which reason, in which
    namespace, for which workload, by which user and of which image. It reads what scangate replay reads.

    \b
      kubectl logs --namespace scangate --selector app.kubernetes.io/component=gate --tail=-1 | scangate report
      scangate report --since 2026-11-01T00:00:00Z --until 2026-12-01T00:00:00Z --output json audit-*.log.gz

    "denied" was refused; "not enforced" would have been, had the rule's mode been enforce; "warned" was admitted
    with a warning, and "exempted" because an exemption said so. A log of any length takes the same memory: where
    there are too many different names to count each, the tables say by how much they may be wrong.

    Exit codes: 0 done, 2 something is wrong with a file or an option.
    """
    _read(report_logs, output, about)


def _read(give: Callable[[Logs, Form], bool | None], output: str, about: dict[str, Any]) -> bool | None:
    """Read the logs, with a line on a terminal that says how far that has come."""
    logs = Logs(
        files=about["files"],
        stdin=sys.stdin.buffer,
        span=Span(about["since"], about["until"]),
        progress=_show if sys.stderr.isatty() else None,
    )
    form = Form(json=output == "json", top=about["top"], say=click.echo)
    return give(logs, form)


def _show(progress: Progress | None) -> None:
    """Show how far it has come, or take that away again."""
    click.echo("\r\033[K" if progress is None else f"\r{progress}", err=True, nl=False)
