"""An authorized key, exchanged for an IAM token.

Source: IamTokenService.Create of yandex.cloud.iam.v1, and the guide "Getting an IAM token for a service account".
"""

import json
from collections.abc import Callable

from webhook.adapters.iam.asking import JUST_GIVEN, TokenService
from webhook.adapters.iam.signing_key import SigningKey
from webhook.adapters.registry_calls import Endpoint
from webhook.core.deadline import Deadline
from webhook.core.tokens import Grant, parse_iam_grant
from webhook.errors import InvalidDocument, Unauthorized

PATH = "/iam/v1/tokens"


class KeyExchange:
    """Signs a JWT with an authorized key and gives it to IAM."""

    max_age = 3600.0
    """Seconds after which another token is got; IAM asks for no more than that."""

    advice = JUST_GIVEN

    def __init__(self, key: Callable[[], SigningKey], *, iam: Endpoint, service: TokenService) -> None:
        """Sign with what *key* reads, each time anew: a key file may be replaced."""
        self._key, self._iam, self._service = key, iam, service

    def grant(self, deadline: Deadline) -> Grant:
        """Return a token.

        Raises:
            Unauthorized: the key cannot be read, or IAM does not take it.
            LookupFailed: another of its kinds, where IAM gave no usable answer.
        """
        try:
            key = self._key()
        except InvalidDocument as error:
            raise Unauthorized(str(error)) from error
        # The audience names the region's IAM; in another region neither account nor key exists.
        url = self._iam(deadline) + PATH
        body = json.dumps({"jwt": key.token(url, self._service.now())}).encode()
        headers = {"Content-Type": "application/json"}
        try:
            answer = self._service.ask("POST", url, headers=headers, deadline=deadline, body=body)
        except Unauthorized as error:
            raise Unauthorized(
                f"key {key.id} of service account {key.service_account_id} gives no IAM token: {error}. "
                f"Is the key still there? yc iam key list --service-account-id {key.service_account_id}"
            ) from error
        return parse_iam_grant(answer, self._service.now())
