"""Where the services of the cloud are: asked for once, and kept.

Source: ApiEndpointService of yandex.cloud.endpoint, `GET /endpoints/{id}`; it asks for no credentials.
"""

from collections.abc import Callable

from webhook.adapters.memory import Memory
from webhook.adapters.registry_calls import Endpoint, Http
from webhook.core.answers import parse_json
from webhook.core.deadline import Deadline
from webhook.core.endpoints import parse_endpoint
from webhook.errors import Unavailable, Unreadable

CONTAINER_REGISTRY, IAM = "container-registry", "iam"


def fixed(url: str) -> Endpoint:
    """Return the endpoint that is always at *url*."""
    return lambda _: url.rstrip("/")


class Discovery:
    """The API endpoint of an installation; safe to use from many threads."""

    def __init__(self, api: str, *, http: Http, memory: Memory) -> None:
        """Ask at the base URL *api*. *memory* sees to it that only one asks at a time."""
        self._api = api.rstrip("/")
        self._http, self._memory = http, memory
        self._known: dict[str, str] = {}

    def of(self, service: str) -> Callable[[Deadline], str]:
        """Return the endpoint of a service. Whoever uses it first has it looked up."""
        return lambda deadline: self._known.get(service) or self._looked_up(service, deadline)

    def _looked_up(self, service: str, deadline: Deadline) -> str:
        url, _ = self._memory.ask(
            ("endpoint", service), lambda: self._asked(service, deadline), deadline, lambda _: 0.0
        )
        self._known[service] = url
        return url

    def _asked(self, service: str, deadline: Deadline) -> str:
        """Ask. Nothing that goes wrong here may look like a registry that has no such image."""
        reply = self._http.send("GET", f"{self._api}/endpoints/{service}", headers={}, deadline=deadline)
        match reply.status:
            case 200:
                return parse_endpoint(parse_json(reply.body, self._api), self._api)
            case status if status in (408, 429) or status >= 500:
                raise Unavailable(f"{self._api} answered {status} to where {service} is")
            case status:
                raise Unreadable(f"{self._api} does not say where {service} is: it answered {status}")
