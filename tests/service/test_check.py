"""`scangate check` beside a running gate: the same verdict about every recorded review and every example."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.processes import ROOT, TOKEN, Document, run
from tests.service.registry import registry
from tests.service.test_recorded_reviews import IMAGES, RECORDED
from webhook.core.question import render_creation
from webhook.emulator.emulator import Emulator
from webhook.emulator.server import serve
from webhook.emulator.world_file import load_world
from webhook.wiring.clock import now

ABOUT_IMAGES = ("reference", "digest", "scanResultId", "counts", "rule", "mode", "decision", "reason", "message")


@dataclass(frozen=True)
class Pair:
    """A running gate, and the configuration from which it was started."""

    gate: Gate
    config: Path

    def answered(self, question: bytes) -> Document:
        """Return the record of the gate's answer to a question, with what was sent back."""
        uid = json.loads(question)["request"]["uid"]
        response = self.gate.post(question).response
        record = self.gate.record(uid)
        assert record["allowed"] == response["allowed"]
        return record

    def checked(self, *arguments: str | Path) -> list[Document]:
        """Return what the command says about objects, in their order; its exit code must fit."""
        done = run("check", "--config", self.config, "--format", "json", *arguments, environment={"YC_TOKEN": TOKEN})
        assert done.stderr == ""
        report = json.loads(done.stdout)
        assert done.returncode == (0 if report["allowed"] else 1)
        objects = report["objects"]
        assert isinstance(objects, list)
        return objects


def verdict(record: Document) -> Document:
    """Return what two records of the same verdict have in common."""
    images = [{key: image[key] for key in ABOUT_IMAGES} for image in record["images"]]
    return {key: record[key] for key in ("decision", "allowed", "mode", "reason", "policy")} | {"images": images}


@pytest.fixture(scope="module")
def recorded(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """A gate before a registry that holds the images of the recorded requests."""
    folder = tmp_path_factory.mktemp("recorded")
    with registry(*IMAGES) as served, gate(folder, authority, Setup(registry=served.url)) as running:
        yield Pair(running, folder / "gate.yaml")


@pytest.fixture(scope="module")
def examples(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """A gate before the registry of the examples, with their policy and their table."""
    folder = tmp_path_factory.mktemp("examples")
    emulator = Emulator(load_world(ROOT / "examples" / "registry.yaml", now=now()), now=now)
    settings = {
        name: str(ROOT / "examples" / f"{file}.yaml") for name, file in (("policyFile", "policy"), ("table", "table"))
    }
    with (
        serve(emulator, host="127.0.0.1", port=0) as served,
        gate(folder, authority, Setup(registry=served.url, settings=settings)) as running,
    ):
        yield Pair(running, folder / "gate.yaml")


def test_every_recorded_review(recorded: Pair) -> None:
    """A review that an API server has sent gets the same answer, whatever it is about."""
    files = sorted(RECORDED.glob("*.json"))
    objects = recorded.checked(*files)
    assert len(objects) == len(files) > 20
    for file, one in zip(files, objects, strict=True):
        assert verdict(one["record"]) == verdict(recorded.answered(file.read_bytes())), file.name


def test_every_recorded_object(recorded: Pair, tmp_path: Path) -> None:
    """An object in a file is answered as if an API server asked about its creation."""
    questions = {}
    for file in sorted(RECORDED.glob("*.json")):
        manifest = json.loads(file.read_bytes())["request"]["object"]
        if manifest is not None and manifest["kind"] != "Scale":
            (tmp_path / f"{file.stem}.yaml").write_text(yaml.safe_dump(manifest))
            questions[file.stem] = created(manifest)
    objects = recorded.checked(tmp_path)
    assert [Path(one["source"]).stem for one in objects] == list(questions)
    for one, question in zip(objects, questions.values(), strict=True):
        assert verdict(one["record"]) == verdict(recorded.answered(question)), one["source"]


def test_every_example(examples: Pair) -> None:
    """So is every example."""
    files = sorted((ROOT / "examples" / "pods").glob("*.yaml"))
    objects = examples.checked(ROOT / "examples" / "pods")
    assert len(objects) == len(files)
    for file, one in zip(files, objects, strict=True):
        question = created(yaml.safe_load(file.read_text(encoding="utf-8")))
        assert verdict(one["record"]) == verdict(examples.answered(question)), file.name


def created(manifest: Any) -> bytes:
    """Return the question about the creation of an object, with a uid of its own."""
    metadata = manifest["metadata"]
    name = metadata.get("name") or metadata.get("generateName", "")
    return render_creation(
        manifest, uid=str(uuid.uuid4()), namespace=metadata.get("namespace", "default"), name=name, user="alice"
    )


def test_what_can_be_mended_is_told(examples: Pair) -> None:
    """Of what is over the limits the fixable vulnerabilities come from the registry, the worst first."""
    [one] = examples.checked(ROOT / "examples" / "pods" / "02-over-limits.yaml")
    fixable = one["record"]["images"][0]["fixable"]
    assert [(found["id"], found["fixedBy"]) for found in fixable[:2]] == [("CVE-2026-48021", "3.5.1-1+deb13u3")] * 2
    assert all(found["fixedBy"] for found in fixable)
