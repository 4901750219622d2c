"""What the containers of a release run."""

import pytest
from click.testing import CliRunner

from tests.charts.release import Content, release
from tests.charts.value_sets import SETS
from webhook.cli import commands

ALL = [(name, pod, template) for name in SETS for pod, template in release(name).pods()]
IDS = [f"{name}-{pod}" for name, pod, _ in ALL]


@pytest.mark.parametrize(("name", "pod", "template"), ALL, ids=IDS)
def test_a_container_runs_the_entry_point_of_the_image(name: str, pod: str, template: Content) -> None:
    """Only arguments are given, so that the image decides how its program is started; each is one that it takes."""
    for container in template["spec"]["containers"]:
        assert "command" not in container
        done = CliRunner().invoke(commands, [*container["args"], "--help"])
        assert done.exit_code == 0, done.output


@pytest.mark.parametrize("name", SETS)
def test_the_hook_says_why_it_failed(name: str) -> None:
    """A pod that waited in vain is the last one and stays, so that Helm can show what it said."""
    for hook in (each for each in release(name).objects if each.kind == "Job" and each.hook):
        job = hook.content["spec"]
        (rule,) = job["podFailurePolicy"]["rules"]
        (container,) = job["template"]["spec"]["containers"]
        wait = int(container["args"][container["args"].index("--wait") + 1].removesuffix("s"))
        assert job["template"]["spec"]["restartPolicy"] == "Never"
        assert (rule["action"], rule["onExitCodes"]["values"]) == ("FailJob", [1])
        assert rule["onExitCodes"]["containerName"] == container["name"]
        assert wait < job["activeDeadlineSeconds"]


def test_the_help_leads_to_what_the_chart_expects() -> None:
    """What `verify` is shown with is a ConfigMap of the release, and a key in it."""
    shown = CliRunner().invoke(commands, ["verify", "--help"]).output

    assert "configmap scangate-webhook --namespace scangate" in shown
    assert 'index .data "webhook.yaml"' in shown
    assert "webhook.yaml" in release().one("ConfigMap", "scangate-webhook")["data"]
