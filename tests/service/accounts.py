"""A registry that asks who is calling, and the ways in which a gate can answer."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import urllib3

from tests.emulator.keys import Key
from tests.service.registry import Registry
from webhook.emulator.emulator import Emulator
from webhook.emulator.server import serve
from webhook.emulator.world_file import parse_world

ACCOUNT, KEY_ID = "ajegate", "ajekey"
SUBJECT = "system:serviceaccount:scangate:scangate"
ISSUER = "https://cluster.example"
IAM_CALLS = "POST /iam/v1/tokens"


class Clock:
    """The registry's clock, which may be ahead of this machine's."""

    def __init__(self) -> None:
        """Begin with the same time."""
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        """Return the registry's time."""
        return datetime.now(UTC) + self.ahead


@dataclass(frozen=True, slots=True)
class Guarded:
    """A running registry with one account that may read scans, and the account's key."""

    registry: Registry
    clock: Clock
    key: Key

    def key_file(self, folder: Path, key: Key | None = None, **fields: str) -> Path:
        """Write the account's key, or another one under its name, as `yc` does."""
        file = folder / "key.json"
        file.write_text(self.key_text(key, **fields))
        return file

    def key_text(self, key: Key | None = None, **fields: str) -> str:
        """Return what stands in a key file."""
        pem = (key or self.key).private_pem
        return json.dumps({"id": KEY_ID, "service_account_id": ACCOUNT, "private_key": pem} | fields)

    def cluster_token(self, folder: Path, **claims: Any) -> Path:
        """Write the token that the kubelet gives to a pod of the account's subject."""
        now = int(self.clock().timestamp())
        right: dict[str, Any] = {"iss": ISSUER, "aud": "yandex", "sub": SUBJECT, "iat": now, "exp": now + 3600}
        file = folder / "cluster-token"
        file.write_text(self.key.token(algorithm="RS256", **(right | claims)))
        return file

    def iam_token(self) -> str:
        """Return an IAM token of the account, as `yc iam create-token` would."""
        signed = self.key.token(at=self.clock(), iss=ACCOUNT)
        answer = self._post("/iam/v1/tokens", {"jwt": signed})
        return str(answer["iamToken"])

    def revoke(self, token: str) -> None:
        """Make a token invalid before its time."""
        self._post("/iam/v1/tokens:revoke", {"iamToken": token})

    def exchanges(self) -> int:
        """Return how often IAM was asked for a token."""
        return self.registry.emulator.calls.count(IAM_CALLS)

    def _post(self, path: str, body: Any) -> Mapping[str, Any]:
        answer = urllib3.request("POST", self.registry.url + path, json=body, retries=False)
        assert answer.status == 200, answer.data
        found = answer.json()
        assert isinstance(found, dict)
        return found


@contextmanager
def guarded(**behaviour: Any) -> Iterator[Guarded]:
    """Serve a registry that lets only its one account in."""
    clock, key = Clock(), Key.generate()
    account = {
        "id": ACCOUNT,
        "roles": ["container-registry.images.scanner", "container-registry.images.puller"],
        "keys": [{"id": KEY_ID, "publicKey": key.public_pem}],
        "metadata": True,
        "subjects": [SUBJECT],
    }
    world = parse_world({"accounts": [account], "behaviour": behaviour}, now=clock())
    emulator = Emulator(world, now=clock)
    with serve(emulator, host="127.0.0.1", port=0) as running:
        yield Guarded(Registry(emulator, running.url), clock, key)
