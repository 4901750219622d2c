"""Workload identity federation: the pod's Kubernetes token, exchanged for an IAM token of a service account.

Source: RFC 8693, and the guide "Workload identity federations" of Yandex Identity and Access Management.
"""

from pathlib import Path
from urllib.parse import urlencode

from webhook.adapters.iam.asking import JUST_GIVEN, TokenService
from webhook.core.deadline import Deadline
from webhook.core.identity import Federation
from webhook.core.tokens import Grant, parse_oauth_grant
from webhook.errors import Unauthorized

PATH = "/oauth/token"

MAX_TOKEN_CHARACTERS = 16 * 1024
"""A projected token has about a thousand."""


class FederatedTokens:
    """Exchanges the token in a file that the kubelet renews."""

    max_age = 3600.0
    """Seconds after which another token is got."""

    advice = JUST_GIVEN

    def __init__(self, federation: Federation, token_file: Path, *, service: TokenService) -> None:
        """Exchange what *token_file* holds, read each time anew."""
        self._account = federation.service_account_id
        self._url = federation.endpoint.rstrip("/") + PATH
        self._file, self._service = token_file, service

    def grant(self, deadline: Deadline) -> Grant:
        """Return a token.

        Raises:
            Unauthorized: there is no Kubernetes token, or the exchange was refused.
            LookupFailed: another of its kinds, where there was no usable answer.
        """
        form = {
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "requested_token_type": "urn:ietf:params:oauth:token-type:access_token",
            "audience": self._account,
            "subject_token": self._subject_token(),
            "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode(form).encode()
        try:
            answer = self._service.ask("POST", self._url, headers=headers, deadline=deadline, body=body)
        except Unauthorized as error:
            raise Unauthorized(
                f"the pod's Kubernetes token gives no IAM token of service account {self._account}: {error}. "
                "Does the federation know the cluster's issuer and audience, and does its federated credential name "
                "system:serviceaccount:<namespace>:<name>?"
            ) from error
        return parse_oauth_grant(answer)

    def _subject_token(self) -> str:
        try:
            text = self._file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Unauthorized(f"{self._file}: the pod's Kubernetes token cannot be read") from error
        if not 0 < len(text) <= MAX_TOKEN_CHARACTERS:
            raise Unauthorized(f"{self._file}: holds no Kubernetes token")
        return text
