"""The metadata service: of a virtual machine, and of a pod with workload identity.

Source: "Getting an IAM token from within a virtual machine", and workload identity federation of Managed Service
for Kubernetes, which answers the same URL with a token of the service account that the pod's Kubernetes account
is annotated with.
"""

from webhook.adapters.iam.asking import JUST_GIVEN, TokenService
from webhook.core.deadline import Deadline
from webhook.core.tokens import Grant, parse_oauth_grant
from webhook.errors import Unauthorized, Unavailable

PATH = "/computeMetadata/v1/instance/service-accounts/default/token"


class MetadataTokens:
    """Asks the metadata service."""

    max_age = 60.0
    """Seconds after which it is asked again, as the SDKs do: another service account is noticed by that alone."""

    advice = JUST_GIVEN

    def __init__(self, endpoint: str, *, service: TokenService) -> None:
        """Ask at *endpoint*, `http://host[:port]`. No proxy may stand between."""
        self._url = endpoint.rstrip("/") + PATH
        self._service = service

    def grant(self, deadline: Deadline) -> Grant:
        """Return a token.

        Raises:
            LookupFailed: one of its kinds, where there is none.
        """
        try:
            answer = self._service.ask("GET", self._url, headers={"Metadata-Flavor": "Google"}, deadline=deadline)
        except Unauthorized as error:
            raise Unauthorized(
                f"{error}. Is a service account attached to the node, or the pod's Kubernetes account annotated?"
            ) from error
        except Unavailable as error:
            raise Unavailable(f"{error}; does this pod run in Yandex Cloud, and may it reach {self._url}?") from error
        return parse_oauth_grant(answer)
