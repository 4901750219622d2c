"""Identity towards Yandex Cloud: where the IAM token comes from."""

import re
from collections.abc import Callable
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


def token_source(token: Secret | None, file: str | None) -> Callable[[], str]:
    """Return what gives the IAM token: the *file*, read anew each time, or else *token*.

    Raises:
        InvalidDocument: there is neither, or what there is holds no token.
    """
    if file is not None:
        source = FileToken(Path(file))
        source()
        return source
    if token is None:
        raise InvalidDocument("no IAM token: set registry.iamTokenFile in the configuration, or YC_TOKEN")
    checked = _checked(token.reveal(), "YC_TOKEN")
    return lambda: checked


class FileToken:
    """A token in a file that somebody else renews."""

    def __init__(self, path: Path) -> None:
        """Read the token from *path* on each call."""
        self._path = path

    def __call__(self) -> str:
        """Return the token.

        Raises:
            Unauthorized: the file cannot be read, or holds no token.
        """
        try:
            return _checked(self._path.read_text(encoding="ascii").strip(), str(self._path))
        except (OSError, UnicodeDecodeError, InvalidDocument) as error:
            raise Unauthorized(f"the gate has no IAM token: {self._path} cannot be used") from error


def _checked(text: str, source: str) -> str:
    if _TOKEN.fullmatch(text) is None:
        raise InvalidDocument(f"{source}: must hold one IAM token of printable characters")
    return text
