"""HTTP requests, counted as they come and as they are answered."""

from collections.abc import Iterable
from typing import Any, Protocol
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from webhook.core.metrics import IN_FLIGHT, RESPONSES, Family


class Tally(Protocol):
    """Takes counts."""

    def count(self, family: Family, labels: tuple[str, ...] = (), amount: float = 1.0) -> None:
        """Raise a counter."""
        ...

    def change(self, family: Family, amount: float) -> None:
        """Raise or lower a gauge."""
        ...


def counted(application: WSGIApplication, tally: Tally) -> WSGIApplication:
    """Return *application* with its requests counted. Its answers must be whole when it returns them."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            tally.count(RESPONSES, (status[:3],))
            return start_response(status, headers, *error)

        tally.change(IN_FLIGHT, 1)
        try:
            return application(environ, start)
        finally:
            tally.change(IN_FLIGHT, -1)

    return answer
