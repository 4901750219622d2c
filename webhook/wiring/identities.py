"""The ways to an IAM token, put together from what configuration and environment say."""

import logging
import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

import msgspec

from webhook.adapters.files import load_json, read_json
from webhook.adapters.iam.asking import TokenService
from webhook.adapters.iam.federation import FederatedTokens
from webhook.adapters.iam.given import FileToken, GivenToken
from webhook.adapters.iam.keeper import Pace, Source, TokenKeeper
from webhook.adapters.iam.key_exchange import KeyExchange
from webhook.adapters.iam.metadata import MetadataTokens
from webhook.adapters.iam.signing_key import SigningKey
from webhook.adapters.registry_calls import Endpoint, Http
from webhook.adapters.streams import LOGGER
from webhook.core.authorized_key import parse_authorized_key
from webhook.core.environment import KEY, METADATA, TOKEN, Environment
from webhook.core.identity import (
    METADATA_ENDPOINT,
    Federation,
    FixedToken,
    Identity,
    KeyFile,
    KeyText,
    Metadata,
    TokenFile,
    chosen,
)
from webhook.core.settings import Settings
from webhook.errors import InvalidDocument
from webhook.wiring.clock import now


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What gives tokens for something else."""

    iam: Endpoint
    cloud: Http
    """Calls services of the cloud."""
    node: Http
    """Calls the metadata service, past every proxy."""


def resolve(settings: Settings, environment: Environment, config: Path) -> Identity:
    """Return the way to a token: that of the file *config*, or else of the environment.

    Raises:
        InvalidDocument: there is none, or its key cannot be read.
    """
    configured = chosen(settings.identity, str(config))
    identity = environment.identity if configured is None else _located(configured, config.parent, environment)
    if identity is None:
        raise InvalidDocument(
            f"{config}: identity: is required: one of keyFile, metadata, federation and tokenFile; "
            f"or set {KEY}, {METADATA} or {TOKEN} in the environment"
        )
    _check(identity)
    return identity


def files(identity: Identity) -> tuple[Path, ...]:
    """Return the files that the token comes from: when one changes there is another token."""
    match identity:
        case KeyFile(path) | TokenFile(path):
            return (Path(path),)
        case KeyText() | Metadata() | FixedToken() | Federation():
            # The kubelet renews a federation's file each hour or so; each exchange reads it anyway.
            return ()
        case _:
            assert_never(identity)


def keeper(identity: Identity, services: Services) -> TokenKeeper:
    """Build what holds the token of one process."""
    return TokenKeeper(
        _source(identity, services),
        files=files(identity),
        pace=Pace(time.monotonic, random.random),
        log=logging.getLogger(LOGGER),
    )


def _located(identity: Identity, base: Path, environment: Environment) -> Identity:
    """Have relative paths start at the folder of the configuration."""
    match identity:
        case KeyFile(path):
            return KeyFile(str(base / path))
        case TokenFile(path):
            return TokenFile(str(base / path))
        case Federation(token_file=path):
            return msgspec.structs.replace(identity, token_file=str(base / path))
        case Metadata(endpoint=endpoint):
            return Metadata(endpoint or environment.metadata_endpoint or METADATA_ENDPOINT)
        case KeyText() | FixedToken():
            return identity
        case _:
            assert_never(identity)


def _check(identity: Identity) -> None:
    """Refuse a key that cannot be one at once; whether the cloud takes it shows later."""
    match identity:
        case KeyFile() | KeyText():
            _signing_key(identity)
        case Metadata() | Federation() | TokenFile() | FixedToken():
            pass
        case _:
            assert_never(identity)


def _signing_key(identity: KeyFile | KeyText) -> SigningKey:
    document = (
        load_json(Path(identity.path)) if isinstance(identity, KeyFile) else read_json(identity.text.reveal(), KEY)
    )
    return SigningKey(parse_authorized_key(document), document.source)


def _source(identity: Identity, services: Services) -> Source:
    iam = TokenService("IAM", services.cloud, now)
    match identity:
        case KeyFile() | KeyText():
            return KeyExchange(lambda: _signing_key(identity), iam=services.iam, service=iam)
        case Federation(token_file=path):
            return FederatedTokens(identity, Path(path), service=iam)
        case Metadata(endpoint=endpoint):
            node = TokenService("the metadata service", services.node, now)
            return MetadataTokens(endpoint or METADATA_ENDPOINT, service=node)
        case TokenFile(path):
            return FileToken(Path(path))
        case FixedToken(token):
            return GivenToken(token)
        case _:
            assert_never(identity)
