"""The command that judges what runs in a cluster."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from webhook.cluster_commands import Kubeconfig, duration
from webhook.core.audit_scope import NamespaceScope
from webhook.core.cluster import ObjectName
from webhook.core.cluster_audit import AuditReport
from webhook.core.environment import parse_environment
from webhook.core.policy_reports import ReportApi
from webhook.errors import EXIT_ERROR, EXIT_NO
from webhook.policy_commands import Report

File = click.Path(exists=False, dir_okay=False, path_type=Path)
Place = click.Path(exists=False, path_type=Path)
Stream = click.Path(dir_okay=False, allow_dash=True, path_type=Path)


def _object_name(_context: click.Context, _option: click.Parameter, value: str | None) -> ObjectName | None:
    """Return what NAMESPACE/NAME says."""
    if value is None:
        return None
    namespace, _, name = value.partition("/")
    if not namespace or not name or "/" in name:
        raise click.BadParameter(f"'{value}' is not NAMESPACE/NAME")
    return ObjectName(namespace, name)


@click.command()
@click.option("--config", type=File, required=True, help="The GateConfiguration of the gate to judge as.")
@click.option("--policy", type=Place, help="The policy, a file or a folder; instead of that of --config.")
@Kubeconfig
@click.option("--namespace", "-n", "only", multiple=True, help="A namespace to audit, instead of all; repeatable.")
@click.option("--exclude-namespace", "without", multiple=True, help="A namespace to leave out; repeatable.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "html"]),
    default="table",
    show_default=True,
    help="Of the report.",
)
@click.option("--output", type=Report, help="File for the report, instead of standard output.")
@click.option("--html", type=Report, help="File for a report for people, beside the other one.")
@click.option("--policy-reports", is_flag=True, help="Keep a policy report beside each owner.")
@click.option(
    "--policy-reports-api",
    type=click.Choice([each.value for each in ReportApi]),
    default=ReportApi.POLICY_REPORTS.value,
    show_default=True,
    help="API group of the reports.",
)
@click.option("--events", is_flag=True, help="Write events on what has a violation.")
@click.option("--records", type=Stream, help="File for audit records, or - for standard output.")
@click.option("--all-records", is_flag=True, help="Records of owners without a violation, too.")
@click.option("--state", type=File, help="File for what it came to: the gate exposes it as metrics.")
@click.option("--state-config-map", callback=_object_name, metavar="NAMESPACE/NAME", help="ConfigMap for the same.")
@click.option(
    "--fail-on",
    type=click.Choice(["deny", "warn", "never"]),
    default="deny",
    show_default=True,
    help="What makes the exit code 1.",
)
@click.option("--timeout", callback=duration, default="30s", show_default=True, help="How long an owner may take.")
@click.option("--concurrency", type=click.IntRange(1, 64), default=8, show_default=True, help="Owners at a time.")
def audit(form: str, output: Path | None, fail_on: str, **options: Any) -> None:
    """Judge every running pod of a cluster as the gate would.

    By the same policy, with the scans that the registry has now: new vulnerabilities are found in old images every
    day, and pods that were admitted long ago go on running.

    An image is judged by the digest that the kubelet reports of it, or as it is written where none is reported
    yet. Pods are put together by their owner at the top: a Deployment, a CronJob, or the pod itself. Each image
    is asked about once, however many pods run it.

    \b
      export YC_TOKEN=$(yc iam create-token)
      scangate audit --config gate.yaml --kubeconfig ~/.kube/config
      scangate audit --config gate.yaml -n shop -n payments --policy stricter.yaml
      scangate audit --config gate.yaml --format json | jq '.violations[] | {image: .image.reference, podCount}'

    The report says what is violated, where it runs, and what to do. What a rule only warns of or records (mode
    warn or audit) is shown, and makes the exit code 1 with --fail-on warn alone. With --records - the report
    goes to standard error, unless it has a file.

    \b
    What it needs to be allowed:
      container-registry.images.scanner          in the cloud
      list  pods                                 in all namespaces, or in those of -n
      get  replicasets.apps, jobs.batch          there as well: to name the Deployment or CronJob; without it
                                                 the ReplicaSet or Job is named
      get  namespaces                            where the policy asks for their labels
      get, list, create, update, delete  policyreports       with --policy-reports
      create  events.events.k8s.io               with --events
      get, patch  configmaps                     that of --state-config-map; create, unless it is there

    Exit codes: 0 all is well, 1 there are violations, 2 there is no answer, or not everything could be judged.
    """
    from webhook.wiring.audit import Outputs, Terms  # noqa: PLC0415
    from webhook.wiring.audit import audit as run  # noqa: PLC0415
    from webhook.wiring.progress import Progress  # noqa: PLC0415

    scope = NamespaceScope(only=frozenset(options.pop("only")), without=frozenset(options.pop("without")))
    html, outputs = options.pop("html"), Outputs(**_outputs(options))
    progress = Progress(sys.stderr.write, terminal=sys.stderr.isatty())
    done = run(Terms(scope=scope, **options), outputs, parse_environment(os.environ), progress)
    if html is not None:
        html.write_text(done.text("html"), encoding="utf-8")
    text = done.text(form)
    if output is None:
        click.echo(text, nl=False, err=str(outputs.records) == "-")
    else:
        output.write_text(text, encoding="utf-8")
    raise SystemExit(_exit_code(done.report, fail_on))


def _outputs(options: dict[str, Any]) -> dict[str, Any]:
    """Take from the options what is about outputs."""
    api = ReportApi(options.pop("policy_reports_api"))
    taken = {name: options.pop(name) for name in ("records", "all_records", "events", "state", "state_config_map")}
    return {**taken, "policy_reports": api if options.pop("policy_reports") else None}


def _exit_code(report: AuditReport, fail_on: str) -> int:
    """Return it; an audit that is not whole never ends well."""
    if report.troubles:
        return EXIT_ERROR
    bad = {
        "deny": any(not one.finding.allowed for one in report.violations),
        "warn": bool(report.violations),
        "never": False,
    }
    return EXIT_NO if bad[fail_on] else 0
