"""The commands about a policy alone: they need no cluster, no registry and no identity."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from webhook.core.junit import render_junit
from webhook.core.policy_document import render_schema
from webhook.core.records import render_indented
from webhook.errors import EXIT_ERROR, EXIT_NO
from webhook.jobs.policy.inspection import Standing
from webhook.jobs.policy.trial import render_suites, render_text
from webhook.wiring.policies import Owner, explain_policy, inspect_policies, try_policies

Policy = click.Path(exists=False, path_type=Path)
Report = click.Path(dir_okay=False, path_type=Path)


@click.group()
def policy() -> None:
    """Check, explain and test policies, without a cluster."""


@policy.command("check")
@click.argument("paths", type=Policy, nargs=-1, required=True, metavar="PATH...")
@click.option("--strict", is_flag=True, help="Exit with 1 where there is a warning.")
@click.option("--labels", is_flag=True, help="The gate has apiServer set: it knows labels of namespaces.")
def check_policy(paths: Sequence[Path], strict: bool, labels: bool) -> None:
    """Say whether a gate would take each PATH, a policy file or a folder of them, and what is odd about it.

    An error names file, line, field and value, and what would be right. A warning is about what is right and
    yet hardly meant: a rule that can never match, an exception that has ended, names that nothing can have.

    Exit codes: 0 a gate would take them all, 1 there are warnings (--strict), 2 there are errors.
    """
    found = inspect_policies(paths, labels=labels, say=click.echo, complain=_complain)
    if Standing.WRONG in found:
        raise SystemExit(EXIT_ERROR)
    if strict and Standing.ODD in found:
        raise SystemExit(EXIT_NO)


def _complain(text: str) -> None:
    click.echo(f"scangate: {text}", err=True)


@policy.command()
def schema() -> None:
    """Print the JSON Schema of a ScanPolicy, with a description of every key.

    For editors that complete and check YAML; the first line of the policy names the file:

    \b
      scangate policy schema > scan-policy.schema.json
      # yaml-language-server: $schema=scan-policy.schema.json
    """
    click.echo(render_indented(render_schema()))


def pairs(_context: click.Context, _option: click.Parameter, value: Sequence[str]) -> dict[str, str] | None:
    """Return what KEY=VALUE texts say; None where there are none."""
    wrong = next((text for text in value if not text.partition("=")[0] or "=" not in text), None)
    if wrong is not None:
        raise click.BadParameter(f"'{wrong}' is not KEY=VALUE")
    return dict((text.partition("=")[0], text.partition("=")[2]) for text in value) or None


@policy.command()
@click.option("--policy", "path", type=Policy, required=True, help="The policy, a file or a folder.")
@click.option("--image", required=True, help="The image, as a pod names it.")
@click.option("--namespace", default="default", show_default=True, help="Namespace of the workload.")
@click.option(
    "--namespace-label",
    "labels",
    multiple=True,
    callback=pairs,
    metavar="KEY=VALUE",
    help="A label of the namespace; may be given several times. Without one, labels are not known.",
)
@click.option("--kind", default="Pod", show_default=True, help="Kind of the workload: Deployment, Rollout.argoproj.io.")
@click.option("--service-account", default="default", show_default=True, help="That the pod runs as.")
def explain(path: Path, image: str, **owner: Any) -> None:
    """Say which rule is about an image, why the earlier ones are not, and which exceptions apply.

    \b
      scangate policy explain --policy policy.yaml --namespace shop --image nginx:1.29
    """
    for line in explain_policy(path, image, Owner(**owner)):
        click.echo(line)


@policy.command("test")
@click.argument("paths", type=Policy, nargs=-1, required=True, metavar="CASES...")
@click.option("--format", "form", type=click.Choice(["table", "junit"]), default="table", show_default=True)
@click.option("--output", type=Report, help="File for the report, instead of standard output.")
def test_policy(paths: Sequence[Path], form: str, output: Path | None) -> None:
    """Judge the cases in each file or folder of CASES, and say which come out otherwise than they expect.

    A case is an image with what is known about it. It is judged as a gate would judge it:

    \b
      apiVersion: scangate.dev/v1
      kind: ScanPolicyTest
      policy: policy.yaml               # relative to this file
      now: 2026-11-24T12:00:00Z         # else the present
      cases:
        - name: a critical finding is refused
          image: cr.yandex/crpk28lsfu91rns28316/shop/api@sha256:9c3e...
          namespace: shop
          scan: {age: 2h, counts: {critical: 1}}
          expect: {decision: deny, reason: over-limits, rule: default, allowed: false}
        - name: nobody has scanned it
          image: cr.yandex/crpk28lsfu91rns28316/shop/api@sha256:9c3e...
          noScan: missing               # or gone, unfinished, failed, unavailable, ...
          expect: {allowed: false}

    Exit codes: 0 all as expected, 1 some are not, 2 something is wrong with a file.
    """
    trials = try_policies(paths)
    publish(render_junit(render_suites(trials)) if form == "junit" else render_text(trials), output)
    if not all(trial.passed for trial in trials):
        raise SystemExit(EXIT_NO)


def publish(report: str, output: Path | None) -> None:
    """Write a report to a file, or to standard output."""
    if output is None:
        click.echo(report, nl=False)
    else:
        output.write_text(report, encoding="utf-8")
