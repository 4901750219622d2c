"""Manifests before a gate, put together."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from webhook.adapters.files import load
from webhook.adapters.manifests import load_manifests, manifest_files, read_manifests
from webhook.adapters.namespaces import NoLabels
from webhook.core.deadline import Deadline
from webhook.core.documents import Document
from webhook.core.environment import KEY, METADATA, TOKEN, Environment
from webhook.core.images import Digest
from webhook.errors import InvalidDocument
from webhook.gate import Namespaces
from webhook.jobs.check.judging import Examiner, Result
from webhook.jobs.check.labels import KnownLabels
from webhook.jobs.check.objects import STDIN, Object, image_object, namespaces_in, objects_in
from webhook.jobs.check.reports import render_json, render_xml
from webhook.jobs.check.sarif import render_sarif
from webhook.jobs.check.table import render_table
from webhook.wiring.clock import now
from webhook.wiring.cloud import connect, connected
from webhook.wiring.loading import Loaded, load_once
from webhook.wiring.namespaces import namespace_labels
from webhook.wiring.running import gate_of

Progress = Callable[[Sequence[Object]], Iterator[Object]]
"""Goes through objects, and shows how far it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What is judged."""

    paths: Sequence[Path]
    stdin: bytes | None
    images: Sequence[str]
    recursive: bool

    def objects(self) -> list[Object]:
        """Return all objects.

        Raises:
            InvalidDocument: a file cannot be read, or holds something else.
        """
        files = [file for path in self.paths for file in manifest_files(path, recursive=self.recursive)]
        documents = [document for file in files for document in load_manifests(file)]
        if self.stdin is not None:
            documents += read_manifests(self.stdin, STDIN)
        return [
            *(one for document in documents for one in objects_in(document)),
            *map(image_object, self.images),
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """By what it is judged."""

    config: Path | None
    """A GateConfiguration; without it, one is made of the other options."""
    policy: Path | None
    table: Path | None
    endpoint: str | None
    platforms: Sequence[str]
    registries: Mapping[str, str] | None
    allow_http: bool
    namespace: str
    labels: Mapping[str, str] | None
    timeout: float
    """Seconds for each object."""
    fixes: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """What a gate would answer about each object."""

    results: Sequence[Result]
    reasons_url: str
    """Where remedies are documented, as that gate would say."""


def check(sources: Sources, terms: Terms, environment: Environment, progress: Progress) -> Checked:
    """Return what a gate would answer about each object.

    Raises:
        InvalidDocument: a file is missing or wrong; the message names file, field and value.
        Unauthorized: the identity is refused.
    """
    objects = sources.objects()
    loaded = load_once(*_configuration(terms, environment), environment)
    with _examiner(loaded, terms, namespaces_in(objects)) as examiner:
        return Checked([examiner.judged(one) for one in progress(objects)], loaded.settings.reasons_url)


@contextmanager
def _examiner(loaded: Loaded, terms: Terms, declared: Mapping[str, Mapping[str, str]]) -> Iterator[Examiner]:
    with connected(connect(loaded)) as cloud:
        labels = KnownLabels(terms.labels, declared, _cluster(loaded, terms))
        yield Examiner(
            gate=gate_of(loaded, cloud, labels),
            scanner=cloud.asked,
            kinds=loaded.settings.kinds,
            aliases=loaded.settings.aliases,
            namespace=terms.namespace,
            deadline=lambda: Deadline(time.monotonic() + terms.timeout, time.monotonic),
            fixes=terms.fixes,
        )


def _cluster(loaded: Loaded, terms: Terms) -> Namespaces:
    """Ask the API server only where the policy has a use for it, and nobody else knows."""
    needed = terms.labels is None and loaded.policy.value().needs_labels
    return namespace_labels(loaded) if needed else NoLabels()


def _configuration(terms: Terms, environment: Environment) -> tuple[Document, Path]:
    """Return the configuration, with what the options say instead, and its file."""
    if terms.config is None and environment.identity is None:
        raise InvalidDocument(
            f"set {KEY}, {METADATA} or {TOKEN} in the environment, or name a --config with an identity"
        )
    if terms.config is None:
        config = Path("options")
        document = Document("options", _BARE, Digest(""))
    else:
        config, document = terms.config, load(terms.config)
    if not isinstance(document.content, dict):
        return document, config
    return replace(document, content=_overridden(document.content, terms)), config


_BARE: Mapping[str, Any] = {
    "apiVersion": "scangate.dev/v1",
    "kind": "GateConfiguration",
    # Nobody serves here.
    "server": {"tls": {"certFile": "-", "keyFile": "-"}},
}


def _overridden(content: Mapping[str, Any], terms: Terms) -> dict[str, Any]:
    files = {"policyFile": terms.policy, "table": terms.table}
    changed = {key: str(path.absolute()) for key, path in files.items() if path is not None}
    cloud = {"endpoint": terms.endpoint, "allowHttp": terms.allow_http or None}
    registry = {"platforms": list(terms.platforms) or None, "hosts": terms.registries}
    return {
        **content,
        **changed,
        **_section(content, "cloud", cloud),
        **_section(content, "registry", registry),
    }


def _section(content: Mapping[str, Any], key: str, more: Mapping[str, Any]) -> dict[str, Any]:
    """Return a section of the configuration with what is given in it instead."""
    given = {name: value for name, value in more.items() if value is not None}
    return {key: {**content.get(key, {}), **given}} if given else {}


def report(checked: Checked, form: str, *, shown: int) -> str:
    """Return the results as they are asked for; *shown* vulnerabilities of each image in a table."""
    judged = [result for result in checked.results if result.judged]
    others, guide = len(checked.results) - len(judged), checked.reasons_url
    forms = {
        "table": partial(render_table, judged, shown=shown, others=others, reasons_url=guide),
        "json": partial(render_json, judged, at=now()),
        "junit": partial(render_xml, judged),
        "sarif": partial(render_sarif, judged, version=version("scangate"), reasons_url=guide),
    }
    return forms[form]()
