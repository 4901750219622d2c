"""Texts that must not be shown: tokens and keys."""


class Secret:
    """A text that shows itself only to who asks for it by name."""

    def __init__(self, text: str) -> None:
        """Hold *text*."""
        self._text = text

    def reveal(self) -> str:
        """Return the text itself."""
        return self._text

    def __eq__(self, other: object) -> bool:
        """Compare the texts."""
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        """Agree with equality."""
        return hash(self._text)

    def __repr__(self) -> str:
        """Mask the text."""
        return "Secret(***)"
