"""A small API server on a real socket, with TLS: named objects can be read and patched, and nothing else.

As the real one it wants a token, counts versions, refuses a patch of an old one, merges the webhooks of a
list by their names, and takes out fields that a patch sets to null. `tests/e2e` holds the same against the real one.
"""

import copy
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from tests.background import in_background
from tests.certificates import Authority

Document = dict[str, Any]

TOKEN = "a-token-that-nothing-may-show"
MERGE = {"application/strategic-merge-patch+json", "application/merge-patch+json"}

SECRET = "/api/v1/namespaces/scangate/secrets/scangate-tls"
LEASE = "/apis/coordination.k8s.io/v1/namespaces/scangate/leases/scangate-tls"
WEBHOOKS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/scangate"


@dataclass
class ApiServer:
    """The objects, by their paths, and what goes wrong."""

    objects: dict[str, Document] = field(default_factory=dict)
    forbidden: set[tuple[str, str]] = field(default_factory=set)
    """Method and path of what the account may not do."""
    broken: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    """Paths whose calls are answered with that status and body."""
    calls: list[tuple[str, str]] = field(default_factory=list)
    url: str = ""
    kubeconfig: Path = Path()

    def put(self, path: str, document: Document) -> None:
        """Store an object, as somebody else would."""
        before = self.objects.get(path, {}).get("metadata", {}).get("resourceVersion", "0")
        metadata = {**document.get("metadata", {}), "resourceVersion": str(int(before) + 1)}
        self.objects[path] = {**document, "metadata": metadata}

    def make(self, folder: str, body: Document) -> tuple[int, Document]:
        """Return what the creation of an object gets."""
        path = f"{folder}/{body['metadata']['name']}"
        if path in self.objects:
            return _refused(409, "already exists")
        self.put(path, body)
        return 201, copy.deepcopy(self.objects[path])

    def answer(self, method: str, path: str, body: Document | None) -> tuple[int, Document]:
        """Return what a call gets."""
        if (method, path) in self.forbidden:
            verb = {"GET": "get", "POST": "create"}.get(method, "patch")
            return _refused(403, f'User "somebody" cannot {verb} resource "{path.rpartition("/")[2]}"')
        if method == "POST":
            return self.make(path, body or {})
        if path.endswith("/configmaps"):
            items = [each for name, each in self.objects.items() if name.startswith(f"{path}/")]
            return 200, {"metadata": {}, "items": items}
        if path not in self.objects:
            return _refused(404, "not found")
        if body is not None:
            found = self.objects[path]
            if body["metadata"].get("resourceVersion") != found["metadata"]["resourceVersion"]:
                return _refused(409, "the object has been modified")
            self.put(path, _merged(found, body))
        return 200, copy.deepcopy(self.objects[path])


def installation() -> dict[str, Document]:
    """Return the objects that an installation has, without certificates."""
    metadata = {"name": "scangate-tls", "namespace": "scangate"}
    return {
        SECRET: {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque"},
        LEASE: {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": metadata},
        WEBHOOKS: {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingWebhookConfiguration",
            "metadata": {"name": "scangate"},
            "webhooks": [_webhook("pods.scangate.dev"), _webhook("warnings.scangate.dev")],
        },
    }


def _webhook(name: str) -> Document:
    service = {"namespace": "scangate", "name": "scangate", "path": "/validate", "port": 443}
    rule = {
        "operations": ["CREATE", "UPDATE"],
        "apiGroups": [""],
        "apiVersions": ["*"],
        "resources": ["pods", "pods/ephemeralcontainers"],
        "scope": "*",
    }
    return {
        "name": name,
        "clientConfig": {"service": service},
        "rules": [rule],
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
    }


@contextmanager
def serving(folder: Path, objects: dict[str, Document]) -> Iterator[ApiServer]:
    """Serve *objects*, with a kubeconfig in *folder*, as long as the context lasts."""
    authority = Authority()
    certificate, key = authority.issue().write(folder)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    state = ApiServer()
    for path, document in objects.items():
        state.put(path, document)
    handler = type("Handler", (_Handler,), {"state": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    state.url = f"https://127.0.0.1:{server.server_address[1]}"
    state.kubeconfig = write_kubeconfig(folder, state.url, authority.pem)
    with in_background(server):
        yield state


def write_kubeconfig(folder: Path, url: str, authority: str, *, token: str = TOKEN) -> Path:
    """Write how to reach an API server."""
    (folder / "ca.pem").write_text(authority)
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "it", "cluster": {"server": url, "certificate-authority": str(folder / "ca.pem")}}],
        "users": [{"name": "me", "user": {"token": token}}],
        "contexts": [{"name": "here", "context": {"cluster": "it", "user": "me"}}],
        "current-context": "here",
    }
    (folder / "kubeconfig").write_text(json.dumps(config))
    return folder / "kubeconfig"


class _Handler(BaseHTTPRequestHandler):
    state: ClassVar[ApiServer]
    timeout = 10

    def do_GET(self) -> None:
        self._reply("GET", None)

    def do_POST(self) -> None:
        self._reply("POST", json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def do_PATCH(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._reply("PATCH", body if self.headers["Content-Type"] in MERGE else {})

    def _reply(self, method: str, body: Document | None) -> None:
        path = self.path.partition("?")[0]
        self.state.calls.append((method, path))
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            status, document = _refused(401, "Unauthorized")
        else:
            status, document = self.state.answer(method, path, body)
        status, data = self.state.broken.get(path, (status, json.dumps(document).encode()))
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _refused(code: int, message: str) -> tuple[int, Document]:
    return code, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": code}


def _merged(found: Any, patch: Any) -> Any:
    """Return *found* with *patch* in it."""
    if isinstance(found, dict) and isinstance(patch, dict):
        merged = {key: _merged(found.get(key), value) for key, value in patch.items() if value is not None}
        return {key: value for key, value in found.items() if key not in patch} | merged
    if isinstance(found, list) and isinstance(patch, list):
        if not all("name" in each for each in patch):
            return patch  # such as rules, which are replaced as a whole
        changes = {each["name"]: each for each in patch}
        return [_merged(each, changes.get(each["name"], {})) for each in found]
    return (
        {key: _merged(None, value) for key, value in patch.items() if value is not None}
        if isinstance(patch, dict)
        else patch
    )
