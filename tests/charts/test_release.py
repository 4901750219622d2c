"""Installing, upgrading and uninstalling: nothing is left behind, and nothing waits for what comes later."""

import pytest

from tests.charts.release import release
from tests.charts.value_sets import SETS

REMOVED_WHATEVER_HAPPENS = {"before-hook-creation", "hook-succeeded", "hook-failed"}


@pytest.mark.parametrize("name", SETS)
def test_only_what_removes_itself_is_a_hook(name: str) -> None:
    """An uninstall knows nothing of hooks, and so each of them goes by itself, however it ends."""
    hooks = [each for each in release(name).objects if each.hook]

    assert {each.kind for each in hooks} <= {"Job", "Pod"}
    for each in hooks:
        policy = each.content["metadata"]["annotations"]["helm.sh/hook-delete-policy"]
        assert set(policy.split(",")) == REMOVED_WHATEVER_HAPPENS


@pytest.mark.parametrize("name", SETS)
def test_everything_else_goes_with_the_release(name: str) -> None:
    """No object asks to be kept."""
    assert all("resource-policy" not in each.text for each in release(name).objects)


def test_the_certificate_does_not_wait_for_the_gate() -> None:
    """Helm runs hooks after it has waited for the gate, which waits for its certificate: that job is no hook."""
    jobs = {each.name.rsplit("-", 1)[0]: each.hook for each in release().objects if each.kind == "Job"}

    assert jobs == {
        "scangate-certificates": "",
        "scangate-activate": "post-install,post-upgrade,post-rollback",
    }


def test_a_job_that_changes_gets_another_name() -> None:
    """A Job cannot be changed: with another image it is another one."""
    assert release().names("Job").isdisjoint(release("image-by-tag").names("Job"))


def test_the_gate_waits_for_its_certificate() -> None:
    """Both files are asked for by name, so that a pod starts only when they are there; the authority's key is not."""
    (volume,) = [each for each in release().gate["spec"]["volumes"] if each["name"] == "certificate"]

    assert [item["key"] for item in volume["secret"]["items"]] == ["tls.crt", "tls.key"]
    assert "optional" not in volume["secret"]


def test_what_the_jobs_fill_in_is_there_and_empty() -> None:
    """Secret and Lease belong to the release, and hold nothing that an upgrade could set back."""
    secret, lease = release().one("Secret", "scangate-certificate"), release().one("Lease", "scangate-certificate")

    assert secret["type"] == "Opaque"
    assert not {"data", "stringData", "immutable"} & secret.keys()
    assert "spec" not in lease


@pytest.mark.parametrize("name", ["cert-manager", "own-certificates"])
def test_nothing_writes_certificates_that_others_make(name: str) -> None:
    """With cert-manager or one's own certificates there is neither job nor right to make them."""
    kinds = {each.kind for each in release(name).objects if "certificates" in each.name}

    assert kinds == set()
    assert release(name).all("CronJob") == []


def test_cert_manager_is_told_what_to_make() -> None:
    """The certificate is for the name that API servers ask for, and its authority goes into the webhook."""
    made = release("cert-manager")
    certificate = made.one("Certificate", "scangate-certificate")
    (configuration,) = made.all("ValidatingWebhookConfiguration")
    (volume,) = [each for each in made.gate["spec"]["volumes"] if each["name"] == "certificate"]

    assert certificate["spec"]["dnsNames"] == ["scangate.scangate.svc"]
    assert certificate["spec"]["secretName"] == volume["secret"]["secretName"]
    assert configuration["metadata"]["annotations"] == {
        "cert-manager.io/inject-ca-from": "scangate/scangate-certificate"
    }


def test_an_issuer_of_ones_own_replaces_the_authority() -> None:
    """With `issuerRef`, cert-manager gets one certificate to make and nothing else."""
    made = release("cert-manager-with-issuer")

    assert made.names("Certificate") == {"scangate-certificate"}
    assert made.all("Issuer") == []


def test_the_serving_certificate_can_change_alone() -> None:
    """The authority of the chart's own issuer outlives the certificates that it signs."""
    made = release("cert-manager")
    authority, serving = (made.one("Certificate", f"scangate-{each}")["spec"] for each in ("authority", "certificate"))

    assert authority["isCA"] is True
    assert int(authority["duration"].rstrip("h")) > 10 * int(serving["duration"].rstrip("h"))


@pytest.mark.parametrize(
    ("name", "drain"),
    [("defaults", 10), ("long-drain", 60), ("everything", 10)],
    ids=["defaults", "long", "everything"],
)
def test_a_pod_is_left_the_time_to_drain(name: str, drain: int) -> None:
    """It is killed no earlier than it has drained, finished what it began (20 s), and had something to spare."""
    template = release(name).gate

    assert release(name).document("scangate-gate", "gate.yaml")["server"]["drain"] == f"{drain}s"
    assert template["spec"]["terminationGracePeriodSeconds"] >= drain + 20 + 10


def test_new_pods_are_made_for_server_settings_alone() -> None:
    """A new policy, table, certificate or cloud is taken up by the running gate; a new port is not."""
    sums = {name: release(name).gate["metadata"]["annotations"]["checksum/server"] for name in SETS}

    assert sums["defaults"] == sums["audit"] == sums["table"] == sums["emulator"] != sums["host-network"]


def test_replicas_are_never_fewer_than_wanted() -> None:
    """An update starts a new pod before it stops an old one, and a drain takes one at a time."""
    deployment = release().one("Deployment")["spec"]
    budget = release().one("PodDisruptionBudget")["spec"]

    assert deployment["replicas"] == 2
    assert deployment["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    assert budget["maxUnavailable"] == 1
    assert budget["selector"] == deployment["selector"]


def test_an_autoscaler_decides_alone() -> None:
    """With an autoscaler the Deployment names no number, which each upgrade would set back."""
    assert "replicas" not in release("autoscaling").one("Deployment")["spec"]
    assert release("autoscaling").one("HorizontalPodAutoscaler")["spec"]["maxReplicas"] == 9
