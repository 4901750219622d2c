"""Refusals of the registry: codes of gRPC, and the HTTP statuses that its gateway makes of them."""

from collections.abc import Mapping
from enum import IntEnum


class Code(IntEnum):
    """The codes of google.rpc.Code."""

    CANCELLED = 1
    UNKNOWN = 2
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    ABORTED = 10
    OUT_OF_RANGE = 11
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    DATA_LOSS = 15
    UNAUTHENTICATED = 16


HTTP_STATUS: Mapping[Code, int] = {
    Code.CANCELLED: 499,
    Code.UNKNOWN: 500,
    Code.INVALID_ARGUMENT: 400,
    Code.DEADLINE_EXCEEDED: 504,
    Code.NOT_FOUND: 404,
    Code.ALREADY_EXISTS: 409,
    Code.PERMISSION_DENIED: 403,
    Code.RESOURCE_EXHAUSTED: 429,
    Code.FAILED_PRECONDITION: 400,
    Code.ABORTED: 409,
    Code.OUT_OF_RANGE: 400,
    Code.UNIMPLEMENTED: 501,
    Code.INTERNAL: 500,
    Code.UNAVAILABLE: 503,
    Code.DATA_LOSS: 500,
    Code.UNAUTHENTICATED: 401,
}

_BY_STATUS = {
    400: Code.INVALID_ARGUMENT,
    401: Code.UNAUTHENTICATED,
    403: Code.PERMISSION_DENIED,
    404: Code.NOT_FOUND,
    409: Code.ALREADY_EXISTS,
    429: Code.RESOURCE_EXHAUSTED,
    499: Code.CANCELLED,
    500: Code.INTERNAL,
    501: Code.UNIMPLEMENTED,
    503: Code.UNAVAILABLE,
    504: Code.DEADLINE_EXCEEDED,
}


class RefusedError(Exception):
    """A request that the service answers with an error. It never leaves the emulator but as that answer."""

    def __init__(self, code: Code, message: str, **violations: str) -> None:
        """Say why; *violations* name what is wrong with which field."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.violations = violations


def code_of(http_status: int) -> Code:
    """Return the code that the gateway would have made *http_status* of."""
    return _BY_STATUS.get(http_status, Code.UNKNOWN)


def not_found(what: str, name: str) -> RefusedError:
    """Return the refusal of something that does not exist."""
    return RefusedError(Code.NOT_FOUND, f"{what} {name} not found")


def invalid(field: str, right: str) -> RefusedError:
    """Return the refusal of a request whose *field* is not what it must be."""
    return RefusedError(Code.INVALID_ARGUMENT, f"Illegal argument {field}: {right}", **{field: right})
