"""The API of a cluster as somebody sees it: what is sent, and the whole of what comes back, warnings included."""

import json
import re
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

Document = dict[str, Any]

CALL_SECONDS = 60
"""Longer than any webhook may take."""

APPLY = "application/apply-patch+yaml"
_WARNING = re.compile(r'299 \S+ "((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API server answers."""

    status: int
    document: Document
    warnings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Tell whether what was asked for was done."""
        return 200 <= self.status < 300

    @property
    def message(self) -> str:
        """Return what a refusal says."""
        return str(self.document.get("message", ""))

    def done(self) -> Document:
        """Claim that what was asked for was done, and return the object."""
        assert self.ok, f"HTTP {self.status}: {self.message or self.document}"
        return self.document


class Api:
    """The API, as the user of a kubeconfig sees it."""

    def __init__(self, kubeconfig: Path) -> None:
        """Take address and credentials from *kubeconfig*, as `tests.e2e.apiserver` writes it."""
        config = json.loads(kubeconfig.read_text())
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        self.url = str(cluster["server"])
        self._token = user.get("token")
        self._tls = ssl.create_default_context(cafile=cluster["certificate-authority"])
        if "client-certificate" in user:
            self._tls.load_cert_chain(user["client-certificate"], user["client-key"])
        self._resources: dict[tuple[str, str], tuple[str, bool]] = {}

    def send(
        self, method: str, path: str, body: object = None, *, kind: str = "application/json", accept: str = "*/*"
    ) -> Answer:
        """Make one call. *kind* is the type of the body's content, *accept* that of the answer."""
        request = urllib.request.Request(f"{self.url}{path}", method=method)  # noqa: S310 - always https
        request.add_header("Accept", accept)
        request.add_header("Content-Type", kind)
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, data, CALL_SECONDS, context=self._tls) as answer:  # noqa: S310
                return _answer(answer.status, answer.read(), answer.headers.get_all("Warning"))
        except urllib.error.HTTPError as error:
            with error:
                return _answer(error.code, error.read(), error.headers.get_all("Warning"))

    def create(self, document: Document, *, dry_run: bool = False) -> Answer:
        """Create an object."""
        path = self.path(document, named=False) + ("?dryRun=All" if dry_run else "")
        return self.send("POST", path, document)

    def apply(self, *documents: Document | str) -> list[Document]:
        """Apply objects, or YAML with any number of them, as `kubectl apply --server-side` does; claim success."""
        each = [one for document in documents for one in _objects(document)]
        return [self.apply_one(document).done() for document in each]

    def apply_one(self, document: Document) -> Answer:
        """Apply one object."""
        return self.send("PATCH", f"{self.path(document)}?fieldManager=tests&force=true", document, kind=APPLY)

    def get(self, document: Document) -> Answer:
        """Read the object that has kind and name of *document*."""
        return self.send("GET", self.path(document))

    def replace(self, document: Document, *, subresource: str = "") -> Answer:
        """Replace an object, or a subresource of it."""
        return self.send("PUT", self.path(document) + (f"/{subresource}" if subresource else ""), document)

    def patch(self, document: Document, body: object, *, subresource: str = "") -> Answer:
        """Change fields of an object by a merge patch."""
        path = self.path(document) + (f"/{subresource}" if subresource else "")
        return self.send("PATCH", path, body, kind="application/merge-patch+json")

    def delete(self, document: Document) -> Answer:
        """Delete an object at once, as kubectl and Helm do: a Job would else wait for its controller."""
        how = {"gracePeriodSeconds": 0, "propagationPolicy": "Background"}
        return self.send("DELETE", self.path(document), how)

    def path(self, document: Document, *, named: bool = True) -> str:
        """Return where objects of the kind of *document* are, or where it itself is."""
        version, metadata = document["apiVersion"], document["metadata"]
        root = f"/api/{version}" if "/" not in version else f"/apis/{version}"
        plural, namespaced = self._resource(root, document["kind"])
        folder = f"/namespaces/{metadata.get('namespace', 'default')}" if namespaced else ""
        return f"{root}{folder}/{plural}" + (f"/{quote(metadata['name'], safe='')}" if named else "")

    def _resource(self, root: str, kind: str) -> tuple[str, bool]:
        """Ask once which resource objects of a kind are, and whether they are in namespaces."""
        if (root, kind) not in self._resources:
            for each in self.send("GET", root).done()["resources"]:
                if "/" not in each["name"]:
                    self._resources[root, each["kind"]] = (each["name"], each["namespaced"])
        return self._resources[root, kind]


def _objects(document: Document | str) -> list[Document]:
    return [one for one in yaml.safe_load_all(document) if one] if isinstance(document, str) else [document]


def _answer(status: int, body: bytes, warnings: list[str] | None) -> Answer:
    try:
        document = json.loads(body)
    except ValueError:
        document = {"message": body.decode(errors="replace")}
    told = (_WARNING.findall(warning) for warning in warnings or ())
    return Answer(status, document, tuple(text.replace(r"\"", '"') for each in told for text in each))
