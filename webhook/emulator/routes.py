"""Routes: what is asked for where, by whom it may be, and how its refusals are written."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from webhook.emulator.answers import Answer, Message
from webhook.emulator.requests import Request
from webhook.emulator.world import Role


class Dialect(Enum):
    """How a service writes its refusals."""

    GATEWAY = "google.rpc.Status"
    DISTRIBUTION = "the distribution specification"
    OAUTH = "RFC 6749"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One method of one service."""

    method: str
    pattern: str
    """A path in the syntax of werkzeug's routing."""
    handle: Callable[[Request], Message | Answer]
    roles: frozenset[Role] | None = None
    """Any of them lets an account in. None: nobody is asked who he is."""
    parameters: frozenset[str] | None = frozenset()
    """Those that the query may have. None: any."""
    dialect: Dialect = Dialect.GATEWAY
    control: bool = False
    """Whether this is the emulator's own; faults and counters leave it alone."""
