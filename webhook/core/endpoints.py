"""Where the services of a Yandex Cloud installation are, as its API endpoint says.

Source: ApiEndpointService.Get of yandex.cloud.endpoint; `address` is `host:port` without a scheme.
"""

import re
from typing import Any

from webhook.core.printable import printable
from webhook.errors import Unreadable

_BASE = re.compile(r"(?P<scheme>https?)://(?P<host>[^:/]+|\[[^\]]+\])(?::[0-9]+)?(?:/.*)?")
_ADDRESS = re.compile(r"(?P<host>[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]):(?P<port>[0-9]{1,5})", re.ASCII)

_PORTS = {"https": "443", "http": "80"}


def parse_endpoint(document: Any, api: str) -> str:
    """Return the base URL of the service that *document* describes, which the API endpoint at *api* gave.

    A service is on the host of the API endpoint or below it, and spoken to by the same scheme: an answer must not
    draw a token to another place.

    Raises:
        Unreadable: it describes none, or one elsewhere.
    """
    address = document.get("address") if isinstance(document, dict) else None
    match = _ADDRESS.fullmatch(address) if isinstance(address, str) else None
    if match is None:
        raise Unreadable(f"{api} gave no host:port for a service, but {printable(repr(address), limit=80)}")
    base = _BASE.fullmatch(api)
    home = base["host"].lower() if base else ""
    host = match["host"].lower()
    if base is None or not (host == home or host.endswith(f".{home}")):
        raise Unreadable(f"{api} names {host} for a service, which is not below {home}")
    port = "" if match["port"] == _PORTS[base["scheme"]] else f":{match['port']}"
    return f"{base['scheme']}://{host}{port}"
