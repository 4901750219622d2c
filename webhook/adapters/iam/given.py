"""Tokens that somebody else got: in a file that is renewed, or in the environment for trying things out."""

from pathlib import Path

from webhook.core.deadline import Deadline
from webhook.core.secret import Secret
from webhook.core.tokens import Grant, parse_token
from webhook.errors import Invalid, Unauthorized

FOREVER = float("inf")

ENDED = "has ended or was revoked (an IAM token lives 12 hours at most)"


class FileToken:
    """A token in a file that somebody else renews."""

    max_age = FOREVER
    """It is read again when the file changes, or when the registry refuses it."""

    def __init__(self, path: Path) -> None:
        """Read the token from *path* each time."""
        self._path = path
        self.advice = f"that in {path} {ENDED}; write another one there"

    def grant(self, deadline: Deadline) -> Grant:
        """Return the token.

        Raises:
            Unauthorized: the file cannot be read, or holds no token.
        """
        try:
            return Grant(parse_token(self._path.read_text(encoding="ascii").strip()), None)
        except Invalid as error:
            raise Unauthorized(f"the gate has no IAM token: {self._path} {error}") from error
        except (OSError, UnicodeDecodeError) as error:
            raise Unauthorized(f"the gate has no IAM token: {self._path} cannot be read") from error


class GivenToken:
    """A token from the environment."""

    max_age = FOREVER
    """There is no other one."""

    advice = f"that in YC_TOKEN {ENDED}; set another one (yc iam create-token), or give the gate a key file"

    def __init__(self, token: Secret) -> None:
        """Give *token* again and again."""
        self._token = token

    def grant(self, deadline: Deadline) -> Grant:
        """Return the token."""
        return Grant(self._token, None)
