"""Identity towards Yandex Cloud: where the IAM token comes from."""

import re
from pathlib import Path

from webhook.errors import InvalidDocument, Unauthorized

_TOKEN = re.compile(r"[!-~]{1,8192}", re.ASCII)
"""A token is printable ASCII without blanks: anything else could end a header and begin another."""


class Secret:
    """A text that shows itself only to who asks for it by name."""

    def __init__(self, text: str) -> None:
        """Hold *text*."""
        self._text = text

    def reveal(self) -> str:
        """Return the text itself."""
        return self._text

    def __repr__(self) -> str:
        """Mask the text."""
        return "Secret(***)"


class FixedToken:
    """A token from the environment, for trying things out."""

    def __init__(self, secret: Secret) -> None:
        """Give the token that *secret* holds.

        Raises:
            InvalidDocument: it holds none.
        """
        self._token = _checked(secret.reveal(), "YC_TOKEN")

    def token(self) -> str:
        """Return the token."""
        return self._token

    def renew(self, stale: str) -> None:
        """Do nothing: there is no other token."""


class FileToken:
    """A token in a file that somebody else renews."""

    def __init__(self, path: Path) -> None:
        """Read the token from *path* each time."""
        self._path = path

    def token(self) -> str:
        """Return the token.

        Raises:
            Unauthorized: the file cannot be read, or holds no token.
        """
        try:
            return _checked(self._path.read_text(encoding="ascii").strip(), str(self._path))
        except (OSError, UnicodeDecodeError, InvalidDocument) as error:
            raise Unauthorized(f"the gate has no IAM token: {self._path} cannot be used") from error

    def renew(self, stale: str) -> None:
        """Do nothing: the file is read anew each time."""


def token_source(secret: Secret | None, file: Path | None) -> FixedToken | FileToken:
    """Return what gives the IAM token: the *file*, read anew each time, or else *secret*.

    Raises:
        InvalidDocument: there is neither, or the secret holds no token.
        Unauthorized: the file holds none.
    """
    if file is not None:
        source = FileToken(file)
        source.token()
        return source
    if secret is None:
        raise InvalidDocument("no IAM token: set registry.iamTokenFile in the configuration, or YC_TOKEN")
    return FixedToken(secret)


def _checked(text: str, source: str) -> str:
    if _TOKEN.fullmatch(text) is None:
        raise InvalidDocument(f"{source}: must hold one IAM token of printable characters")
    return text
