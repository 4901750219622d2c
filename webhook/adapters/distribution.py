"""The registry as container runtimes see it: the OCI distribution API, `/v2/`.

The token goes to configured registries alone, as basic authentication of the user `iam`, which
Yandex's registry takes for every request.
"""

import base64
import hashlib
from collections.abc import Mapping

from webhook.adapters.http import Reply
from webhook.adapters.registry_calls import Http, Tokens
from webhook.core.deadline import Deadline
from webhook.core.images import Digest, ImageReference, parse_digest
from webhook.core.manifests import INDEX_TYPES, MANIFEST_TYPES, parse_index
from webhook.core.registry import Children
from webhook.errors import Invalid, NotFound, Unauthorized, Unavailable, Unreadable

ACCEPT = ", ".join(sorted(INDEX_TYPES | MANIFEST_TYPES))


class Distribution:
    """The manifests of configured registries."""

    def __init__(self, *, endpoints: Mapping[str, str], tokens: Tokens, http: Http) -> None:
        """Call each registry at its endpoint: `{cr.yandex: https://cr.yandex}`."""
        self._endpoints = endpoints
        self._tokens = tokens
        self._http = http

    def pin(self, reference: ImageReference, deadline: Deadline) -> Digest:
        """Return the digest that a tag names now.

        Raises:
            LookupFailed: one of its kinds, where there is no usable answer.
        """
        tag = reference.tag or "latest"
        reply = self._call("HEAD", reference, tag, deadline)
        named = reply.headers.get("Docker-Content-Digest")
        if named is None:
            body = self._call("GET", reference, tag, deadline).body
            named = f"sha256:{hashlib.sha256(body).hexdigest()}"
            parse_index(body, Digest(named))  # a web page has a hash, too, and is no manifest
        try:
            return parse_digest(named)
        except Invalid as error:
            raise Unreadable(f"the registry named no digest for tag {tag}: {error}") from error

    def children(self, reference: ImageReference, digest: Digest, deadline: Deadline) -> Children | None:
        """Return platform and digest of each image in an index; None where it is a single image. Raises as `pin`."""
        return parse_index(self._call("GET", reference, digest, deadline).body, digest)

    def _call(self, method: str, reference: ImageReference, name: str, deadline: Deadline) -> Reply:
        endpoint = self._endpoints.get(reference.registry)
        if endpoint is None:
            raise NotFound(f"{reference.registry} is not a registry that the gate asks")
        url = f"{endpoint.rstrip('/')}/v2/{reference.repository}/manifests/{name}"
        token = self._tokens.token(deadline)
        reply = self._send(method, url, token, deadline)
        if reply.status == 401:
            reply = self._send(method, url, self._tokens.renewed(token, deadline), deadline)
        _check(reply, f"{reference.repository}:{name}")
        return reply

    def _send(self, method: str, url: str, token: str, deadline: Deadline) -> Reply:
        credentials = base64.b64encode(f"iam:{token}".encode()).decode()
        headers = {"Authorization": f"Basic {credentials}", "Accept": ACCEPT}
        return self._http.send(method, url, headers=headers, deadline=deadline)


def _check(reply: Reply, what: str) -> None:
    match reply.status:
        case 200:
            return
        case 404:
            raise NotFound(f"the registry has no {what}")
        case 401 | 403:
            raise Unauthorized(f"the registry refused the gate's credentials for {what} with {reply.status}")
        case status if status in (408, 429) or status >= 500:
            raise Unavailable(f"the registry answered {status} for {what}")
        case status:
            raise Unreadable(f"the registry answered {status} for {what}")
