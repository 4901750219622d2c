"""What the environment says: identity, endpoint and proxies, under the names that people know.

`YC_TOKEN`, `YC_SERVICE_ACCOUNT_KEY_FILE` and `YC_ENDPOINT` are those of the Terraform provider, and
`YC_METADATA_ADDR` that of the SDKs.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from webhook.core.identity import FixedToken, Identity, KeyFile, KeyText, Metadata
from webhook.core.secret import Secret
from webhook.core.tokens import parse_token
from webhook.errors import Invalid, InvalidDocument

KEY, TOKEN, ENDPOINT, METADATA = "YC_SERVICE_ACCOUNT_KEY_FILE", "YC_TOKEN", "YC_ENDPOINT", "YC_METADATA_ADDR"

PROXIES = {"https": "HTTPS_PROXY", "http": "HTTP_PROXY", "no": "NO_PROXY"}
"""By scheme; `no` lists the hosts that are reached without one. Small letters are read first, as others do."""

_OAUTH = re.compile(r"y[0-9]_", re.ASCII)
"""OAuth tokens begin so, and IAM tokens with `t1.`. The cloud ceases to take the former."""

_PROXY = re.compile(r"(https?://)?([^@/\s]+@)?([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?/?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What of the environment the gate looks at."""

    identity: Identity | None = None
    endpoint: str | None = None
    """Base URL of the API endpoint of the cloud's installation."""
    metadata_endpoint: str | None = None
    proxies: Mapping[str, Secret] = field(default_factory=dict)
    """URL of the proxy by scheme, and under `no` the hosts that need none. A URL may hold a password."""


def parse_environment(variables: Mapping[str, str]) -> Environment:
    """Return what *variables* say; an empty one counts as unset.

    Raises:
        InvalidDocument: a variable is wrong, or two contradict each other.
    """
    given = {name: value for name, value in variables.items() if value}
    address, endpoint = given.get(METADATA), given.get(ENDPOINT)
    metadata = None if address is None else _url(address, "http")
    return Environment(
        identity=_identity(given) or (Metadata(metadata) if metadata else None),
        endpoint=None if endpoint is None else _url(endpoint, "https"),
        metadata_endpoint=metadata,
        proxies=_proxies(given),
    )


def _proxies(given: Mapping[str, str]) -> Mapping[str, Secret]:
    proxies = {scheme: given.get(name.lower(), given.get(name)) for scheme, name in PROXIES.items()}
    for scheme, value in proxies.items():
        if value is not None and scheme != "no" and _PROXY.fullmatch(value) is None:
            raise InvalidDocument(f"{PROXIES[scheme]}: must be the URL of a proxy, such as http://proxy.example:3128")
    return {scheme: Secret(value) for scheme, value in proxies.items() if value is not None}


def _identity(given: Mapping[str, str]) -> Identity | None:
    key, token = given.get(KEY), given.get(TOKEN)
    if key is not None and token is not None:
        raise InvalidDocument(f"{KEY} and {TOKEN} are both set; unset one of them")
    if key is not None:
        return KeyText(Secret(key)) if key.lstrip().startswith("{") else KeyFile(key)
    if token is None:
        return None
    if _OAUTH.match(token):
        raise InvalidDocument(f"{TOKEN}: holds an OAuth token; it must hold an IAM token: yc iam create-token")
    try:
        return FixedToken(parse_token(token))
    except Invalid as error:
        raise InvalidDocument(f"{TOKEN}: {error}") from error


def _url(address: str, scheme: str) -> str:
    """Return the base URL of `host[:port]`, which may be a URL already."""
    return address if "://" in address else f"{scheme}://{address}"
