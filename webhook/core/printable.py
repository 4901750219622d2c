"""Text that strangers wrote, made safe to show: in denial messages, warnings and audit annotations.

An API server accepts newlines, NUL, direction marks and lone surrogates in an image or an annotation.
A terminal or a log viewer that shows them raw can be made to lie about what was refused.
"""

ELLIPSIS = "..."


def printable(text: str, *, limit: int = 512) -> str:
    r"""Return *text* as printable ASCII, everything else as ``\uXXXX``, cut to *limit* characters.

    A backslash is escaped too, so that what is shown says exactly what was written.
    """
    shown = text[: limit + 1]
    if not (shown.isascii() and shown.isprintable() and "\\" not in shown):
        shown = "".join(map(_escape, shown))
    return shorten(shown, limit)


def shorten(text: str, limit: int) -> str:
    """Cut *text* to *limit* characters, ending in three dots where something is missing."""
    return text if len(text) <= limit else text[: limit - len(ELLIPSIS)] + ELLIPSIS


def _escape(character: str) -> str:
    if " " <= character <= "~" and character != "\\":
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
