"""What gives tokens in these tests: the emulator with one account, known in every way, or a wire with one reply."""

import json
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.emulator.keys import Key
from tests.emulator.serving import Served, one_image, served
from tests.http_calls import in_time
from webhook.adapters.http import HttpClient, Reply
from webhook.adapters.iam.asking import TokenService
from webhook.adapters.iam.keeper import Source
from webhook.core.authorized_key import AuthorizedKey
from webhook.core.deadline import Deadline
from webhook.core.secret import Secret
from webhook.core.tokens import Grant

KEY = Key.generate()
"""The authorized key of the account."""

CLUSTER = Key.generate()
"""What the cluster signs its tokens with."""

ACCOUNT = "aje1"
SUBJECT = "system:serviceaccount:scangate:scangate"
ISSUER = "https://cluster.example"
LIFE_SECONDS = 600

TOKEN = "t1.9euelZqOnJKexpWMl86Qxoqd.Abc-_123=="


def authorized(key: Key = KEY) -> AuthorizedKey:
    """Return a key as its file gives it."""
    return AuthorizedKey("ajekey", ACCOUNT, Secret(key.private_pem))


@contextmanager
def cloud(**account: Any) -> Iterator[Served]:
    """Serve a world with the account, which *account* changes, and the cluster."""
    right = {
        "id": ACCOUNT,
        "roles": ["container-registry.images.scanner"],
        "keys": [{"id": "ajekey", "publicKey": KEY.public_pem}],
        "metadata": True,
        "subjects": [SUBJECT],
    }
    world = one_image() | {
        "accounts": [right | account],
        "federations": [{"issuer": ISSUER, "audiences": ["cloud"], "keys": [CLUSTER.public_pem]}],
        "behaviour": {"tokenSeconds": LIFE_SECONDS},
    }
    with served(world) as running:
        yield running


def service(registry: Served, name: str = "IAM") -> TokenService:
    """Return the emulator as a service that gives tokens, on a machine whose clock is right."""
    return TokenService(name, HttpClient(connections=2, peer=name), registry.clock)


def granted(source: Source) -> Grant:
    """Get a token."""
    with in_time() as deadline:
        return source.grant(deadline)


def opens(registry: Served, grant: Grant) -> bool:
    """Tell whether a scan can be read with a token."""
    return registry.get("/scans/cheapi", Authorization=f"Bearer {grant.token.reveal()}").status == 200


class Wire:
    """Gives one reply, whatever is sent, and keeps what was."""

    def __init__(self, reply: Reply) -> None:
        """Give *reply*."""
        self.reply = reply
        self.sent: list[tuple[str, str, Mapping[str, str], bytes | None]] = []

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], deadline: Deadline, body: bytes | None = None
    ) -> Reply:
        """Give it."""
        self.sent.append((method, url, headers, body))
        return self.reply


def reply(document: Any, status: int = 200, **headers: str) -> Reply:
    """Return an answer with a JSON body."""
    return Reply(status, headers, json.dumps(document).encode())


def everything_shown(error: BaseException) -> str:
    """Return all that is ever shown of *error*."""
    return "".join(traceback.format_exception(error)) + repr(error) + repr(error.args)
