"""Reviews that are admitted, each by another way through the gate, before a registry in the same process."""

import json
import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.builders import NOW, annotated_pod, digest_of, pod, review, update
from tests.courts import Answer, Direct, OneRegistry, answer_of
from tests.fakes import SameLabels
from tests.processes import Document
from webhook.adapters.crew import ThreadCrew
from webhook.adapters.memory import Memory
from webhook.adapters.remembered import Remembered
from webhook.app import review_app
from webhook.core import documents
from webhook.core.images import YANDEX_REGISTRY_ALIASES, Digest
from webhook.core.lookup import Source
from webhook.core.policy_file import parse_policy
from webhook.core.table import parse_table
from webhook.core.workloads import BUILT_IN
from webhook.desk import Desk
from webhook.emulator.app import registry_app
from webhook.emulator.emulator import Emulator
from webhook.emulator.world_file import parse_world
from webhook.gate import Gate
from webhook.inquiry import Scope
from webhook.repeats import Repeats

EXCEPTION = {"reason": "known", "owner": "shop", "expires": "2099-12-31"}
FOUND = [{"name": "CVE-1", "severity": "CRITICAL", "package": "zlib"}]
WORLD = {
    "images": [
        {"name": "crp1/clean", "id": "crpclean", "tags": ["1"], "scans": [{"id": "checlean"}]},
        {"name": "crp1/found", "id": "crpfound", "scans": [{"id": "chefound", "findings": FOUND}]},
        {
            "name": "crp1/worse",
            "id": "crpworse",
            "scans": [{"id": "cheworse", "vulnerabilities": {"high": 1}}, {"id": "chewas", "scannedAt": "9h ago"}],
        },
        {"name": "crp1/index", "tags": ["1"], "platforms": [{"platform": "linux/amd64", "id": "crpi", "scans": [{}]}]},
    ]
}
POLICY = {
    "apiVersion": "scangate.dev/v1",
    "kind": "ScanPolicy",
    "rules": [
        {"name": "labelled", "match": {"namespaces": ["team"], "namespaceLabels": {"env": "dev"}}, "mode": "warn"},
        {"name": "latest", "match": {"namespaces": ["latest"]}, "requireLatest": True},
        {"name": "default", "onUnpinned": "resolve", "newFindingsGrace": "168h"},
    ],
    "exemptions": [EXCEPTION | {"images": ["quay.io/**"]}],
    "ignoredVulnerabilities": [EXCEPTION | {"id": "CVE-1", "packages": ["zlib"]}],
}


def _named(name: str, tag: str = "") -> str:
    [image] = [one for one in parse_world(WORLD, now=NOW).images if one.name == f"crp1/{name}"]
    return f"cr.yandex/crp1/{name}{tag or '@' + image.digest}"


ADMITTED: Mapping[str, Document] = {
    "annotated": review(annotated_pod(_named("clean"), "checlean")),
    "looked up": review(pod(_named("clean"), _named("index"))),
    "by tag": review(pod(_named("clean", ":1"))),
    "ignored": review(annotated_pod(_named("found"), "chefound")),
    "new findings": review(pod(_named("worse"))),
    "exempted": review(pod(f"quay.io/shop/api@{digest_of('elsewhere')}")),
    "labelled": review(pod(_named("found")), namespace="team"),
    "latest": review(annotated_pod(_named("clean"), "checlean"), namespace="latest"),
    "updated": update(pod(_named("clean"), "old:1"), pod("old:1")),
}
"""A test holds that each is admitted."""


_Remembering = type(cache(lambda: None))


@dataclass
class Admissions:
    """A gate with nothing in its memory, what it has recorded, and what it has logged."""

    emulator: Emulator = field(default_factory=lambda: Emulator(parse_world(WORLD, now=NOW), now=lambda: NOW))
    records: list[Document] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Set the registry and the desk up once; each review has a memory and threads of its own."""
        self._registry = OneRegistry(Direct(registry_app(self.emulator).test_client()))
        self._log = logging.Logger("admissions")
        self._log.addHandler(_Noting(self.errors))
        self.forget()
        app = review_app(lambda: self._desk)
        # What Flask logs goes to standard error, as all that the gate logs does.
        app.logger.addHandler(_Noting(self.errors))
        app.logger.propagate = False
        self._client = app.test_client()

    def forget(self) -> None:
        """Begin anew, also with what functions remember of their arguments."""
        for name in [name for name in sys.modules if name.startswith("webhook.")]:
            for function in vars(sys.modules[name]).values():
                if type(function) is _Remembering:
                    function.cache_clear()
        self.records.clear()
        self.errors.clear()
        self._desk = self._furnished()

    def ask(self, asked: Document) -> Answer:
        """Return what the gate answers; where the application raises, a server says 500 and logs it."""
        try:
            sent = self._client.post("/validate?timeout=10s", data=json.dumps(asked), content_type="application/json")
        except Exception as error:
            self.errors.append(str(error))
            return Answer(500)
        if sent.status_code != 200:
            return Answer(sent.status_code)
        return answer_of(200, sent.get_json(), self.records[-1])

    def _furnished(self) -> Desk:
        return Desk(
            gate=Repeats(self._gate(), lambda: 0.0),
            kinds=BUILT_IN,
            aliases=YANDEX_REGISTRY_ALIASES,
            emit=lambda line: self.records.append(json.loads(line)),
            measure=lambda *_: None,
            log=self._log,
            now=lambda: NOW,
            clock=lambda: 0.0,
            timeout=10.0,
        )

    def _gate(self) -> Gate:
        memory = Memory(size=100, clock=lambda: 0.0, jitter=lambda: 0.0)
        policy, table = parse_policy(_document("policy", POLICY)), parse_table([_document("table", {})])
        return Gate(
            memory=Remembered(self._registry, self._registry, memory.recall, ask_lists=memory.recall),
            registry=Remembered(self._registry, self._registry, memory.ask, ask_lists=memory.ask),
            crew=ThreadCrew(threads=2, reviews=2),
            policy=lambda: policy,
            table=lambda: table,
            namespaces=SameLabels({"env": "dev"}),
            scope=Scope(sources=tuple(Source)),
            now=lambda: NOW,
        )


class _Noting(logging.Handler):
    """Keeps the messages of errors."""

    def __init__(self, kept: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one."""
        self._kept.append(record.getMessage())


def _document(source: str, content: Any) -> documents.Document:
    return documents.Document(source, content, Digest("sha256:" + "0" * 64))
