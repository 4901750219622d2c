"""A gate as it runs in a cluster: a process of gunicorn, spoken to over TLS."""

import http.client
import json
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from tests.certificates import Authority
from tests.processes import PATIENCE_SECONDS, TOKEN, Document, Process, eventually, running

VALIDATE = "/validate?timeout=10s"

SECRET = re.compile(rb"t1\.[A-Za-z0-9_-]+|eyJ[A-Za-z0-9_-]+\.|PRIVATE KEY|MII[A-Za-z0-9+/]{20}|Bearer [^ ]|Basic [^ ]")
"""What looks like an IAM token, a JWT, a private key or a header with one of them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer over HTTP."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def document(self) -> Document:
        """The body as a JSON object."""
        document = json.loads(self.body)
        assert isinstance(document, dict)
        return document

    @property
    def response(self) -> Document:
        """The response of an AdmissionReview, which this must be."""
        assert self.status == 200, self.body
        assert (self.document["apiVersion"], self.document["kind"]) == ("admission.k8s.io/v1", "AdmissionReview")
        response = self.document["response"]
        assert isinstance(response, dict)
        return response


@dataclass(frozen=True, slots=True)
class Gate:
    """A running gate."""

    process: Process
    port: int
    probe_port: int
    trust: ssl.SSLContext
    """What a client trusts: the authority of the gate's certificate."""

    def connect(self) -> http.client.HTTPSConnection:
        """Return a connection of its own, as an API server makes it."""
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=self.trust, timeout=PATIENCE_SECONDS)

    def socket(self, context: ssl.SSLContext | None = None) -> ssl.SSLSocket:
        """Return a connection on which anything may be sent."""
        plain = socket.create_connection(("127.0.0.1", self.port), PATIENCE_SECONDS)
        return (context or self.trust).wrap_socket(plain, server_hostname="localhost")

    def post(self, body: bytes, path: str = VALIDATE, headers: Mapping[str, str] | None = None) -> Answer:
        """Send one review over a new connection."""
        with closing(self.connect()) as connection:
            return post(connection, body, path, headers)

    def judge(self, review: Document, timeout: str = "10s") -> Document:
        """Return the response to a review."""
        return self.post(json.dumps(review).encode(), f"/validate?timeout={timeout}").response

    def probe(self, path: str) -> Answer:
        """Ask the plain port as a kubelet does."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.probe_port, timeout=PATIENCE_SECONDS)) as connection:
            connection.request("GET", path)
            return received(connection.getresponse())

    def record(self, uid: str) -> Document:
        """Return the audit record of a request."""
        return self.process.output.first(lambda record: (record["request"] or {}).get("uid") == uid)

    def error(self, known: int) -> Document:
        """Return the first record of a request without a verdict behind the *known* ones, now or when it comes.

        Records of reviews that were judged before may still be on their way here.
        """

        def errors() -> list[Document]:
            return [record for record in self.process.output.documents()[known:] if record["decision"] == "error"]

        eventually(lambda: bool(errors()))
        return errors()[0]


def post(
    connection: http.client.HTTPSConnection,
    body: bytes,
    path: str = VALIDATE,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Send one review over *connection*, with the headers of an API server unless *headers* says otherwise."""
    usual = {"Content-Type": "application/json", "User-Agent": "kube-apiserver-admission", "Accept-Encoding": "gzip"}
    connection.request("POST", path, body, usual | dict(headers or {}))
    return received(connection.getresponse())


def received(response: http.client.HTTPResponse) -> Answer:
    """Read the whole of an answer."""
    return Answer(response.status, response.headers, response.read())


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a gate is started with."""

    registry: str
    """URL of the registry."""
    server: Mapping[str, Any] = field(default_factory=dict)
    rule: Mapping[str, Any] = field(default_factory=dict)
    policy: Mapping[str, Any] = field(default_factory=dict)
    """What the policy has beside the rule."""
    table: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    registry_section: Mapping[str, Any] = field(default_factory=dict)
    """What else the configuration says of the registry."""
    environment: Mapping[str, str] = field(default_factory=lambda: {"YC_TOKEN": TOKEN})

    @property
    def scan_policy(self) -> Document:
        """The policy."""
        rule = {"name": "default", "limits": {"medium": "unlimited"}} | dict(self.rule)
        return {"apiVersion": "scangate.dev/v1", "kind": "ScanPolicy", "rules": [rule]} | dict(self.policy)

    def write(self, folder: Path) -> Path:
        """Write the files of the gate but its certificate into *folder*, and return the configuration."""
        server = {
            "host": "127.0.0.1",
            "port": 0,
            "probePort": 0,
            "tls": {"certFile": "tls.crt", "keyFile": "tls.key"},
            "workers": 1,
            "threads": 16,
            "drain": "0s",
        }
        configuration = {
            "apiVersion": "scangate.dev/v1",
            "kind": "GateConfiguration",
            "server": server | dict(self.server),
            "policyFile": "policy.yaml",
            "table": "table.yaml",
            "cloud": {"endpoint": self.registry, "allowHttp": True},
            "registry": {"hosts": {"cr.yandex": self.registry}} | dict(self.registry_section),
        } | dict(self.settings)
        for name, content in (("policy", self.scan_policy), ("table", dict(self.table)), ("gate", configuration)):
            (folder / f"{name}.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
        return folder / "gate.yaml"


@contextmanager
def gate(folder: Path, authority: Authority, setup: Setup) -> Iterator[Gate]:
    """Run a gate in *folder*, which has its certificate unless one is to be made."""
    if "tls" not in setup.server:
        authority.issue().write(folder)
    with running("serve", "--config", setup.write(folder), environment=setup.environment) as process:
        yield connected(process, authority)
    assert_clean(process)


def connected(process: Process, authority: Authority) -> Gate:
    """Wait until *process* listens, and return how to reach it."""
    where = process.listening()
    port, probe_port = (urlsplit(where[name]).port for name in ("reviews", "probes"))
    assert port
    assert probe_port
    return Gate(process, port, probe_port, ssl.create_default_context(cadata=authority.pem))


def assert_clean(process: Process) -> None:
    """Claim that a process that has ended wrote JSON lines and nothing else, and never showed a token or a key."""
    for line in (*process.output.all(), *process.log.all()):
        assert isinstance(json.loads(line), dict)
        assert line.isascii()
        assert SECRET.search(line) is None, line
    assert {record["kind"] for record in process.output.documents()} <= {"AdmissionRecord"}
