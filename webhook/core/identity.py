"""Who the gate is towards Yandex Cloud: the ways to an IAM token, and which of them is taken."""

from dataclasses import dataclass
from typing import Annotated

import msgspec

from webhook.core.documents import Section
from webhook.core.secret import Secret
from webhook.errors import InvalidDocument

METADATA_ENDPOINT = "http://169.254.169.254"
"""The metadata service of every virtual machine, and of a pod whose cluster has workload identity federation."""

ServiceAccountId = Annotated[
    str, msgspec.Meta(pattern=r"^[a-z0-9]{1,50}$(?!\n)", description="the id of a service account, such as aje1abc")
]


class Metadata(Section, frozen=True):
    """The metadata service: of the node, or of workload identity in Managed Service for Kubernetes."""

    endpoint: str | None = None
    """Base URL. None: that of YC_METADATA_ADDR, or `METADATA_ENDPOINT`."""


class Federation(Section, frozen=True, kw_only=True):
    """Workload identity federation: the pod's Kubernetes token is exchanged for one of a service account."""

    service_account_id: ServiceAccountId
    token_file: str
    """File with the projected Kubernetes token; read again for each exchange."""
    endpoint: str = "https://auth.yandex.cloud"
    """Base URL of the service that exchanges tokens."""


class IdentityChoice(Section, frozen=True, kw_only=True):
    """At most one way to an IAM token; without any, the environment decides."""

    key_file: str | None = None
    """Authorized key of a service account, as `yc iam key create` writes it."""
    metadata: Metadata | None = None
    federation: Federation | None = None
    token_file: str | None = None
    """File with an IAM token that somebody else renews."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """An authorized key in a file."""

    path: str


@dataclass(frozen=True, slots=True)
class KeyText:
    """An authorized key in the environment."""

    text: Secret


@dataclass(frozen=True, slots=True)
class TokenFile:
    """An IAM token in a file."""

    path: str


@dataclass(frozen=True, slots=True)
class FixedToken:
    """An IAM token in the environment."""

    token: Secret


Identity = KeyFile | KeyText | Metadata | Federation | TokenFile | FixedToken


def chosen(choice: IdentityChoice, source: str) -> Identity | None:
    """Return the way to a token that the file *source* names; None where it names none.

    Raises:
        InvalidDocument: it names several.
    """
    ways: dict[str, Identity | None] = {
        "keyFile": None if choice.key_file is None else KeyFile(choice.key_file),
        "metadata": choice.metadata,
        "federation": choice.federation,
        "tokenFile": None if choice.token_file is None else TokenFile(choice.token_file),
    }
    named = [name for name, way in ways.items() if way is not None]
    if len(named) > 1:
        raise InvalidDocument(f"{source}: identity: names {' and '.join(named)}; keep one of them")
    return ways[named[0]] if named else None
