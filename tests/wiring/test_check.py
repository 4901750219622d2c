"""Manifests before a gate, put together: configuration from a file or from options, and every form of report."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.jobs.check.samples import SERVICE
from tests.processes import TOKEN
from tests.service.registry import App, Registry, registry
from webhook.core.environment import Environment, parse_environment
from webhook.errors import InvalidDocument, Unauthorized
from webhook.jobs.check.judging import Result
from webhook.wiring.check import Sources, Terms, check, report

POLICY = "apiVersion: scangate.dev/v1\nkind: ScanPolicy\nrules:\n  - name: default\n    limits: {high: 1}\n"
LABELS = """\
apiVersion: scangate.dev/v1
kind: ScanPolicy
rules:
  - {name: prod, match: {namespaceLabels: {stage: prod}}}
  - {name: rest, mode: audit}
"""
HERE = parse_environment({"YC_TOKEN": TOKEN})


@pytest.fixture(scope="module")
def world() -> Iterator[Registry]:
    """A registry for the images of these tests."""
    with registry() as served:
        yield served


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """A policy that lets one high finding pass."""
    (tmp_path / "policy.yaml").write_text(POLICY)
    return tmp_path / "policy.yaml"


def terms(world: Registry, **changes: Any) -> Terms:
    """Return the terms of a check before the registry of these tests."""
    usual: dict[str, Any] = {
        "config": None,
        "policy": None,
        "table": None,
        "endpoint": world.url,
        "platforms": (),
        "registries": {"cr.yandex": world.url},
        "allow_http": True,
        "namespace": "default",
        "labels": None,
        "timeout": 20.0,
        "fixes": True,
    }
    return Terms(**usual | changes)


def sources(*images: str, paths: tuple[Path, ...] = (), stdin: bytes | None = None) -> Sources:
    """Return what is judged."""
    return Sources(paths=paths, stdin=stdin, images=images, recursive=False)


def checked(given: Sources, by: Terms, environment: Environment = HERE) -> list[Result]:
    """Return what a gate would answer."""
    return list(check(given, by, environment, iter).results)


def manifest(app: App) -> bytes:
    """Return a pod and something without images."""
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}
    spec = {"containers": [{"name": "app", "image": app.reference}]}
    return f"{json.dumps(pod | {'spec': spec})}".encode()


def test_options(world: Registry, policy: Path) -> None:
    """A policy and a few options are enough; images and standard input are judged together."""
    good, bad = world.app(high=1), world.app(high=2)
    results = checked(sources(bad.reference, stdin=manifest(good)), terms(world, policy=policy))
    assert [(one.object.source, one.allowed) for one in results] == [("standard input", True), ("--image", False)]


def test_files(world: Registry, policy: Path, tmp_path: Path) -> None:
    """Folders are read, and the namespace of what names none is the given one."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "pod.json").write_bytes(manifest(world.app()))
    results = checked(sources(paths=(tmp_path / "manifests",)), terms(world, policy=policy, namespace="shop"))
    assert [one.name for one in results] == ["shop/Pod/web"]


def test_configuration(world: Registry, tmp_path: Path) -> None:
    """A GateConfiguration is followed, and what the options say goes before it."""
    (tmp_path / "strict.yaml").write_text(POLICY.replace("high: 1", "high: 0"))
    (tmp_path / "policy.yaml").write_text(POLICY)
    (tmp_path / "gate.yaml").write_text(
        "apiVersion: scangate.dev/v1\nkind: GateConfiguration\n"
        "server: {tls: {certFile: none.crt, keyFile: none.key}}\npolicyFile: policy.yaml\n"
        f"cloud: {{endpoint: '{world.url}', allowHttp: true}}\nregistry: {{hosts: {{cr.yandex: '{world.url}'}}}}\n"
        "identity: {tokenFile: token}\nreasonsUrl: https://wiki.example/reasons\n"
    )
    (tmp_path / "token").write_text(TOKEN)
    app = world.app(high=1)
    by = {"config": tmp_path / "gate.yaml", "endpoint": None, "registries": None, "allow_http": False}
    nowhere = parse_environment({})
    [as_configured] = checked(sources(app.reference), terms(world, **by), nowhere)
    assert "  More about over-limits: https://wiki.example/reasons#over-limits\n" in report(
        check(sources(world.app(high=2).reference), terms(world, **by), nowhere, iter), "table", shown=0
    )
    [strict] = checked(sources(app.reference), terms(world, **by, policy=tmp_path / "strict.yaml"), nowhere)
    assert (as_configured.allowed, strict.allowed) == (True, False)


@pytest.mark.parametrize(
    ("labels", "declared", "allowed"),
    [(None, "", False), ({"stage": "prod"}, "", False), ({"stage": "test"}, "", True), (None, "test", True)],
)
def test_labels(world: Registry, tmp_path: Path, labels: dict[str, str] | None, declared: str, allowed: bool) -> None:
    """Labels come from the option or from the manifests; where nobody knows them, the image is refused."""
    (tmp_path / "policy.yaml").write_text(LABELS)
    namespace = f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: default, labels: {{stage: '{declared}'}}}}\n"
    given = sources(world.app(high=9).reference, stdin=namespace.encode() if declared else None)
    results = checked(given, terms(world, policy=tmp_path / "policy.yaml", labels=labels))
    assert results[-1].allowed is allowed


def test_no_identity(world: Registry, policy: Path) -> None:
    """Without an identity there is no answer, and it is said which variables would help."""
    with pytest.raises(InvalidDocument, match="set YC_SERVICE_ACCOUNT_KEY_FILE"):
        checked(sources("nginx"), terms(world, policy=policy), parse_environment({}))


def test_identity_that_is_refused(world: Registry, policy: Path, tmp_path: Path) -> None:
    """An identity that gives no token is an error, not a denial of every image."""
    config = tmp_path / "gate.yaml"
    config.write_text(
        "apiVersion: scangate.dev/v1\nkind: GateConfiguration\n"
        "server: {tls: {certFile: none.crt, keyFile: none.key}}\nidentity: {tokenFile: missing}\n"
    )
    with pytest.raises(Unauthorized, match="there is no IAM token"):
        checked(sources("nginx"), terms(world, config=config, policy=policy))


@pytest.mark.parametrize("content", ["[]\n", "apiVersion: scangate.dev/v1\nkind: GateConfiguration\n"])
def test_configuration_that_is_none(world: Registry, tmp_path: Path, content: str) -> None:
    """It is refused as `serve` refuses it."""
    (tmp_path / "gate.yaml").write_text(content)
    with pytest.raises(InvalidDocument, match=r"gate\.yaml"):
        checked(sources("nginx"), terms(world, config=tmp_path / "gate.yaml"))


@pytest.mark.parametrize(
    ("form", "beginning"), [("table", "OBJECT"), ("json", "{"), ("junit", "<?xml"), ("sarif", '{\n  "$schema"')]
)
def test_reports(world: Registry, policy: Path, form: str, beginning: str) -> None:
    """Objects without images are in no report; they are counted in the table."""
    stdin = f"{SERVICE}---\n".encode()
    given = sources(world.app().reference, stdin=stdin)
    shown = report(check(given, terms(world, policy=policy), HERE, iter), form, shown=1)
    assert shown.startswith(beginning)
    assert "Service" not in shown
    assert ("1 without images" in shown) is (form == "table")
