"""The real gate in one process, from the bytes of a review to those of its answer, beside the oracle."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient

from tests.builders import NOW
from tests.fakes import InlineCrew, Memory, SameLabels
from tests.oracle.oracle import State
from tests.oracle.verdicts import Outcome, Verdict
from tests.oracle_state import state_of
from tests.processes import Document
from tests.scenes import Setting
from tests.wire import Tokens
from webhook.adapters.container_registry import ContainerRegistry
from webhook.adapters.distribution import Distribution
from webhook.adapters.endpoints import fixed
from webhook.adapters.http import Reply
from webhook.app import review_app
from webhook.core import documents
from webhook.core.deadline import Deadline
from webhook.core.images import Digest
from webhook.core.policy_file import parse_policy
from webhook.core.registry import Registry
from webhook.core.settings import Settings, parse_settings
from webhook.core.table import parse_table
from webhook.desk import Desk
from webhook.emulator.app import registry_app
from webhook.emulator.emulator import Emulator
from webhook.emulator.world import World
from webhook.emulator.world_file import parse_world
from webhook.gate import Gate
from webhook.inquiry import Scope

REGISTRY = "http://registry.example"
LOG = logging.getLogger("court")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a gate answered, in the words of the oracle."""

    status: int
    allowed: bool = False
    exempt: str = ""
    """The reason why no image was judged."""
    images: tuple[tuple[tuple[str, bool], Outcome], ...] = ()


@dataclass(frozen=True, slots=True)
class Direct:
    """Sends calls to an emulated registry without a socket."""

    client: FlaskClient

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], deadline: Deadline, body: bytes | None = None
    ) -> Reply:
        """Return its answer."""
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        answer = self.client.open(path, method=method, headers=dict(headers), data=body, base_url=REGISTRY)
        return Reply(answer.status_code, dict(answer.headers), answer.data)


class OneRegistry(ContainerRegistry, Distribution):
    """The scanner's API and the manifests, as one."""

    def __init__(self, http: Direct) -> None:
        """Ask both by *http*."""
        ContainerRegistry.__init__(self, endpoint=fixed(REGISTRY), tokens=Tokens(), http=http)
        Distribution.__init__(self, endpoints={"cr.yandex": REGISTRY}, tokens=Tokens(), http=http)


class Court:
    """A gate and an emulated registry, in one setting after the other."""

    def __init__(self) -> None:
        """Put both up once: that takes longer than a review."""
        self._records: list[Document] = []
        self._emulator = Emulator(World(), now=lambda: NOW)
        self._registry: Registry = OneRegistry(Direct(registry_app(self._emulator).test_client()))
        self._client = review_app(lambda: self._desk).test_client()

    def sit(self, setting: Setting) -> None:
        """Go on in another setting."""
        faults = [*setting.world.get("faults", ()), *([setting.trouble] if setting.trouble else [])]
        self._emulator.world = parse_world(setting.world | {"faults": faults}, now=NOW)
        self._setting = setting
        self._settings = _settings(setting.settings)
        self._policy = parse_policy(_document("policy.yaml", setting.policy))

    @property
    def world(self) -> World:
        """What the registry holds."""
        return self._emulator.world

    def state(self, table: Document) -> State:
        """Return what the oracle has to know."""
        setting = self._setting
        known: dict[str, Any] = {"table": table, "settings": setting.settings, "namespaces": setting.namespaces}
        known["faults"] = setting.leads_to
        return state_of(self.world, setting.policy, NOW, **known)

    def answer(self, review: Document, table: Document) -> Answer:
        """Return what the gate answers."""
        self._desk = Desk(
            gate=self._gate(table, review["request"]["namespace"]),
            kinds=self._settings.kinds,
            aliases=self._settings.aliases,
            emit=lambda line: self._records.append(json.loads(line)),
            log=LOG,
            now=lambda: NOW,
            clock=lambda: 0.0,
            timeout=10.0,
        )
        sent = self._client.post("/validate", data=json.dumps(review), content_type="application/json")
        return answer_of(sent.status_code, sent.get_json(), self._records.pop())

    def _gate(self, table: Document, namespace: str) -> Gate:
        hints = parse_table([_document("table.yaml", table)])
        namespaces, settings = self._setting.namespaces, self._settings
        return Gate(
            memory=Memory(),
            registry=self._registry,
            crew=InlineCrew(),
            policy=lambda: self._policy,
            table=lambda: hints,
            namespaces=SameLabels(None if namespaces is None else namespaces[namespace]),
            scope=Scope(sources=settings.sources, platforms=frozenset(settings.registry.platforms)),
            now=lambda: NOW,
        )


def answer_of(status: int, document: Document, record: Document) -> Answer:
    """Return an answer in the words of the oracle, given its audit record."""
    if status != 200:
        return Answer(status)
    allowed = document["response"]["allowed"]
    assert record["allowed"] is allowed
    if not record["images"]:
        return Answer(200, allowed, exempt=record["reason"])
    return Answer(200, allowed, images=tuple(map(_finding, record["images"])))


def _finding(image: Document) -> tuple[tuple[str, bool], Outcome]:
    place = (image["reference"], image["reason"] != "unexpected-image-field")
    return place, Outcome(image["decision"], image["reason"], image["mode"])


def disagreements(verdict: Verdict, answer: Answer) -> list[str]:
    """Return where an answer is not what the oracle says."""
    if verdict.status != 200 or answer.status != 200:
        return [] if verdict.status == answer.status else [f"status {answer.status}, not {verdict.status}"]
    if verdict.exempt or answer.exempt:
        fits = answer.exempt in verdict.exempt and answer.allowed
        return [] if fits else [f"'{answer.exempt}', not {sorted(verdict.exempt)}: {answer}"]
    found = [] if answer.allowed in verdict.allowed else [f"allowed: {answer.allowed}"]
    for place, outcome in answer.images:
        expected = verdict.images.get((_raw(place[0], verdict), place[1]), frozenset())
        if outcome not in expected:
            found.append(f"{place}: {outcome}, not {sorted(expected)}")
    if len({place for place, _ in answer.images}) != len(verdict.images):
        found.append(f"images: {[place for place, _ in answer.images]}, not {list(verdict.images)}")
    return found


def _raw(shown: str, verdict: Verdict) -> str:
    """Return the text of which a record shows a printable version."""
    return next((text for text, _ in verdict.images if text.encode("unicode_escape").decode() == shown), shown)


def bypass(verdict: Verdict, answer: Answer) -> bool:
    """Tell whether something was admitted that must not be."""
    return answer.allowed and True not in verdict.allowed


def _settings(settings: Document) -> Settings:
    usual: dict[str, Any] = {
        "apiVersion": "scangate.dev/v1",
        "kind": "GateConfiguration",
        "server": {"tls": {"certFile": "tls.crt", "keyFile": "tls.key"}},
        "policyFile": "policy.yaml",
    }
    return parse_settings(_document("gate.yaml", usual | settings))


def _document(source: str, content: Document) -> documents.Document:
    return documents.Document(source, content, Digest("sha256:" + "0" * 64))
