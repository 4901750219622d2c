"""What let images past other admission controllers, tried on the running gate.

Each test is named after the advisory; `docs/published-bypasses.md` says what each taught.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import container, pod, update
from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.http_calls import unused_port
from tests.processes import TOKEN, running
from tests.service.reasons import reasons
from tests.service.registry import REGISTRY_ID, App, Registry, asked, registry
from webhook.emulator.faults import Replace, Status, TamperedManifest

STOLEN_PATHS = (
    "../images/x", "a/../b", "..", "%2e%2e%2fimages", "a%2f..%2fb", "a#/../x", "a?x=/../y", "a;b", "a\\..\\b", "a b",
)  # fmt: skip
"""Texts that are one path when they are checked, and another one when they are sent."""


@pytest.fixture(scope="module")
def server(world: Registry, authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """A gate that asks the registry for what is not pinned, and for the platforms of an index."""
    setup = Setup(registry=world.url, rule={"onUnpinned": "resolve"})
    with gate(tmp_path_factory.mktemp("gate"), authority, setup) as running_gate:
        yield running_gate


def test_cve_2026_122321_an_answer_is_not_kept_by_reference(server: Gate, world: Registry) -> None:
    """The same name and tag with another digest is another image, also right after the first one was admitted."""
    clean, bad = world.app(), world.app(critical=1)
    name = clean.reference.partition("@")[0]
    assert server.judge(asked(pod(f"{name}:v1@{clean.digest}")))["allowed"] is True
    assert server.judge(asked(pod(f"{name}:v1@{bad.digest}")))["allowed"] is False


@pytest.mark.parametrize("text", STOLEN_PATHS)
def test_cve_2026_122310_what_is_checked_is_what_is_sent(server: Gate, world: Registry, text: str) -> None:
    """A scan id that is not one is refused as it is written; nothing is cleaned, and nothing is asked."""
    app = world.app()
    world.emulator.calls.clear()
    assert reasons(server.judge(app.review(scan_id=text))) == {"invalid-scan-id"}
    assert [call.path for call in world.emulator.calls.list() if "registry" in call.path] == []


def test_cve_2022_47633_one_answer_decides(server: Gate, world: Registry) -> None:
    """A registry that vouches for a bad image in every second answer gets nothing of it in."""
    lender, bad = world.app(), world.apps(30, critical=1)
    for field, value in (("imageId", lender.image_id), ("vulnerabilities", {})):
        world.emulator.faults.add(Replace(path="GET */scans/*", field=field, value=value, every=2))
    admitted = [server.judge(app.review())["allowed"] for app in bad]
    world.emulator.faults.clear()
    assert admitted == [False] * len(bad)


def test_cve_2023_47630_the_digest_is_the_pods(server: Gate, world: Registry) -> None:
    """A registry that calls the image by a digest of its own does not change which image is judged."""
    clean, bad = world.app(), world.app(critical=1)
    world.emulator.faults.add(Replace(path=f"GET */images/{bad.image_id}", field="digest", value=clean.digest))
    refused = reasons(server.judge(bad.review()))
    world.emulator.faults.clear()
    assert refused == {"mismatched"}


def test_cve_2023_34091_an_end_that_a_pod_claims(server: Gate, world: Registry) -> None:
    """A pod that says of itself that it is being deleted is judged as any other; only the stored object is believed."""
    clean, bad = world.app(), world.app(critical=1)
    claimed = pod(bad.reference)
    claimed["metadata"]["deletionTimestamp"] = "2026-11-24T12:00:00Z"
    assert server.judge(asked(claimed))["allowed"] is False
    assert server.judge(update(claimed, pod(clean.reference)))["allowed"] is False


def test_cve_2025_46342_an_error_is_no_mismatch(world: Registry, authority: Authority, tmp_path: Path) -> None:
    """Labels that cannot be had are not labels that do not match: nobody falls through to a laxer rule."""
    strict = {"name": "strict", "match": {"namespaceLabels": {"tier": "production"}}}
    policy = {
        "apiVersion": "scangate.dev/v1",
        "kind": "ScanPolicy",
        "rules": [strict, {"name": "lax", "mode": "audit"}],
    }
    (tmp_path / "strict.yaml").write_text(json.dumps(policy), encoding="utf-8")
    (tmp_path / "token").write_text("a.token", encoding="utf-8")
    settings = {
        "policyFile": "strict.yaml",
        "apiServer": {"endpoint": f"https://127.0.0.1:{unused_port()}", "tokenFile": "token", "caFile": "tls.crt"},
    }
    with gate(tmp_path, authority, Setup(registry=world.url, settings=settings)) as own:
        assert reasons(own.judge(world.app(critical=1).review())) == {"namespace-unknown"}


def test_cve_2025_29778_keys_that_are_not_known(world: Registry, authority: Authority, tmp_path: Path) -> None:
    """A policy with a key that would be ignored is not taken."""
    authority.issue().write(tmp_path)
    configuration = Setup(registry=world.url, rule={"issuerRegExp": ".*"}).write(tmp_path)
    with running("serve", "--config", configuration, environment={"YC_TOKEN": TOKEN}) as process:
        assert process.wait() == 2
        assert b"issuerRegExp" in b"".join(process.log.all())


@pytest.mark.parametrize("key", ["scangate.dev/exempt", "scangate.dev/skip", "policies.kyverno.io/scored"])
def test_cve_2024_48921_exceptions_are_not_a_pods_to_make(server: Gate, world: Registry, key: str) -> None:
    """Nothing that is written on a pod exempts it."""
    bad = world.app(critical=1)
    manifest = pod(bad.reference, annotations={key: "true"})
    manifest["metadata"]["labels"] = {key: "true"}
    assert reasons(server.judge(asked(manifest))) == {"over-limits"}


def test_cve_2025_27403_the_token_stays_with_its_registry(server: Gate) -> None:
    """The registry that a pod names is not asked, with a token or without, unless the configuration names it."""
    with registry() as foreign:
        host = foreign.url.removeprefix("http://")
        for image in (f"{host}/a/b:v1", f"{host}/a/b@sha256:{'0' * 64}", f"cr.yandex@{host}/a/b:v1"):
            assert server.judge(asked(pod(image)))["allowed"] is False
        assert foreign.emulator.calls.count() == 0


def test_cve_2026_41323_no_token_behind_a_refusal(server: Gate, world: Registry) -> None:
    """A registry that asks for other credentials is not given any: neither elsewhere nor again."""
    app = world.app()
    world.emulator.calls.clear()
    world.emulator.faults.add(Status(path="GET */scans/*", status=403))
    assert reasons(server.judge(app.review())) == {"unauthorized"}
    world.emulator.faults.clear()
    assert world.emulator.calls.count("GET */scans/*") == 1


@pytest.mark.parametrize("field", ["initContainers", "ephemeralContainers"])
def test_cve_2023_2727_every_container_counts(server: Gate, world: Registry, field: str) -> None:
    """An image that is hidden among the init or ephemeral containers is judged like any other."""
    clean, bad = world.app(), world.app(critical=1)
    manifest = pod(clean.reference)
    manifest["spec"][field] = [container(bad.reference, "hidden")]
    response = server.judge(asked(manifest))
    assert reasons(response) == {"over-limits"}
    assert "hidden" in response["status"]["message"]


def test_cve_2022_35930_no_evidence_is_no_proof(server: Gate, world: Registry) -> None:
    """An image of which there is no scan at all is refused, whatever else there is about it."""
    app = App(10**9)
    world.add(app.section() | {"scans": []})
    assert reasons(server.judge(app.bare_review())) == {"missing"}


def test_distribution_3_1_2_a_manifest_is_what_its_digest_says(server: Gate, world: Registry) -> None:
    """The manifest of an index that does not hash to the pod's digest is not read."""
    name = f"{REGISTRY_ID}/shop/tampered"
    world.add({"name": name, "platforms": [{"platform": "linux/amd64", "scans": [{}]}]})
    [digest] = [image.digest for image in world.emulator.world.images if image.name == name]
    world.emulator.faults.add(TamperedManifest(path="*/manifests/*"))
    refused = reasons(server.judge(asked(pod(f"cr.yandex/{name}@{digest}"))))
    world.emulator.faults.clear()
    assert refused == {"unreadable"}
