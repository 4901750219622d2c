"""The pods of a release: what the `restricted` Pod Security Standard asks for, and more."""

from typing import Any

import pytest

from tests.charts.release import Content, release
from tests.charts.value_sets import SETS, asks_the_api_server

RESTRICTED_VOLUMES = {"configMap", "emptyDir", "projected", "secret"}

ALL = [(name, pod, template) for name in SETS for pod, template in release(name).pods()]
IDS = [f"{name}-{pod}" for name, pod, _ in ALL]


def containers(template: Content) -> list[dict[str, Any]]:
    """Return all containers of a pod."""
    return [*template["spec"]["containers"], *template["spec"].get("initContainers", [])]


@pytest.mark.parametrize(("name", "pod", "template"), ALL, ids=IDS)
def test_a_pod_is_restricted(name: str, pod: str, template: Content) -> None:
    """Each rule of the `restricted` standard holds, and the root file system is read-only besides."""
    spec = template["spec"]

    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not {"hostPID", "hostIPC"} & spec.keys()
    assert spec.get("hostNetwork", False) == (name == "host-network" and pod == "scangate")
    for volume in spec["volumes"]:
        assert set(volume) - {"name"} <= RESTRICTED_VOLUMES
    for container in containers(template):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


@pytest.mark.parametrize(("name", "pod", "template"), ALL, ids=IDS)
def test_a_pod_runs_as_the_user_of_the_image(name: str, pod: str, template: Content) -> None:
    """User and group are 65532, and files of Secrets belong to that group."""
    context = template["spec"]["securityContext"]

    assert (context["runAsUser"], context["runAsGroup"], context["fsGroup"]) == (65532, 65532, 65532)


@pytest.mark.parametrize(("name", "pod", "template"), ALL, ids=IDS)
def test_a_pod_has_what_it_needs_and_no_more(name: str, pod: str, template: Content) -> None:
    """Memory is bounded, requests are set, no CPU limit throttles, and no addresses of other services come in."""
    assert template["spec"]["enableServiceLinks"] is False
    for container in containers(template):
        assert set(container["resources"]["requests"]) == {"cpu", "memory"}
        assert set(container["resources"]["limits"]) == {"memory"}


@pytest.mark.parametrize(("name", "pod", "template"), ALL, ids=IDS)
def test_a_pod_can_write_to_its_scratch_folder(name: str, pod: str, template: Content) -> None:
    """`/tmp` is a folder in memory with a bound, since the root file system cannot be written to."""
    volumes = {volume["name"]: volume for volume in template["spec"]["volumes"]}
    for container in containers(template):
        (mount,) = [each for each in container["volumeMounts"] if each["mountPath"] == "/tmp"]
        assert volumes[mount["name"]]["emptyDir"]["medium"] == "Memory"
        assert volumes[mount["name"]]["emptyDir"]["sizeLimit"]


@pytest.mark.parametrize(("name", "pod", "template"), ALL, ids=IDS)
def test_what_is_mounted_is_mounted_whole(name: str, pod: str, template: Content) -> None:
    """Nothing is mounted by subPath, which would never change again, and each mount has its volume."""
    volumes = {volume["name"] for volume in template["spec"]["volumes"]}
    mounts = [each for container in containers(template) for each in container["volumeMounts"]]
    assert all("subPath" not in each for each in mounts)
    assert {each["name"] for each in mounts} == volumes


@pytest.mark.parametrize("name", SETS)
def test_the_gate_gets_no_token_of_the_cluster(name: str) -> None:
    """No gate can talk to the API server, unless it checks itself or reads namespaces; jobs get the token they need."""
    asks = asks_the_api_server(name)
    for pod, template in release(name).pods():
        gate = template["metadata"]["labels"]["app.kubernetes.io/component"] == "gate"
        assert template["spec"]["automountServiceAccountToken"] is (asks or not gate), pod
    assert all(account["automountServiceAccountToken"] is False for account in release(name).all("ServiceAccount"))


def test_the_token_for_the_federation_is_for_the_cloud_alone() -> None:
    """The projected token has the federation's audience, so that the API server does not take it."""
    (volume,) = [each for each in release("identity-federation").gate["spec"]["volumes"] if each["name"] == "identity"]
    (source,) = volume["projected"]["sources"]

    assert source["serviceAccountToken"]["audience"] == "https://kubernetes.example"


@pytest.mark.parametrize("name", SETS)
def test_secrets_are_readable_by_the_gate_alone(name: str) -> None:
    """Files of Secrets can be read by owner and group, and by nobody else."""
    secrets = [each["secret"] for each in release(name).gate["spec"]["volumes"] if "secret" in each]

    assert secrets
    assert all(secret["defaultMode"] == 0o440 for secret in secrets)


def test_replicas_are_spread_over_nodes_and_zones() -> None:
    """As far as there are any: one node must do, too."""
    spread = release().gate["spec"]["topologySpreadConstraints"]

    assert [each["topologyKey"] for each in spread] == ["kubernetes.io/hostname", "topology.kubernetes.io/zone"]
    assert all(each["whenUnsatisfiable"] == "ScheduleAnyway" for each in spread)
    assert all(each["labelSelector"] == release().one("Deployment")["spec"]["selector"] for each in spread)


def test_probes_ask_the_port_of_the_probes() -> None:
    """Start and life are asked of /healthz, readiness of /readyz, over plain HTTP beside the reviews."""
    ports = {each["name"]: each["containerPort"] for each in release("host-network").container["ports"]}
    asked = {
        probe: release().container[probe]["httpGet"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")
    }

    assert ports == {"webhook": 10250, "probes": 10251}
    assert asked == {
        "startupProbe": {"path": "/healthz", "port": "probes"},
        "livenessProbe": {"path": "/healthz", "port": "probes"},
        "readinessProbe": {"path": "/readyz", "port": "probes"},
    }


@pytest.mark.parametrize(
    ("name", "image"),
    [
        ("defaults", "registry.example/scangate/scangate:0.1.0"),
        ("image-by-tag", "registry.example/scangate/scangate:1.2.3"),
        ("image-without-registry", "scangate/scangate:0.1.0"),
        (
            "everything",
            "cr.yandex/crp1/scangate@sha256:1f6a0c8b6f5c2f5c0a4d6f0e1d2c3b4a5968778695a4b3c2d1e0f1a2b3c4d5e6",
        ),
    ],
    ids=["defaults", "tag", "no-registry", "digest"],
)
def test_all_pods_run_the_same_image(name: str, image: str) -> None:
    """Registry, repository, and digest or tag make the name; without a tag it is that of the chart's version."""
    images = {container["image"] for _, template in release(name).pods() for container in containers(template)}

    assert images == {image}


def test_the_gate_does_without_a_proxy_where_it_must() -> None:
    """The metadata service is never asked through a proxy, however YAML read the key `no`."""
    for name in ("everything", "proxy-bare-no"):
        environment = {each["name"]: each.get("value") for each in release(name).container["env"]}
        assert environment["HTTPS_PROXY"] == "http://proxy.example:3128"
        assert environment["NO_PROXY"] == "169.254.169.254,.svc"
