"""The faults that can be switched on, as values: which requests they strike, and what they do to them."""

from typing import Annotated, Any, Literal

import msgspec

NonNegative = Annotated[float, msgspec.Meta(ge=0)]
Positive = Annotated[int, msgspec.Meta(ge=1)]
HttpStatus = Annotated[int, msgspec.Meta(ge=200, le=599)]


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel", kw_only=True):
    """Which requests a fault strikes: every one, unless it says otherwise."""

    path: str = "*"
    """A glob over the path, or over `METHOD /path` where it holds a space; `*` crosses slashes."""
    times: Positive | None = None
    """After so many requests the fault is gone. None: it stays."""
    every: Positive = 1
    """Strike each so-many-th of the requests that match, the first one included."""
    probability: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    """Strike this share of them, chosen by the emulator's seed."""


class Latency(Target, frozen=True, tag="latency", tag_field="kind"):
    """Answer rightly, but later."""

    seconds: NonNegative


class Hang(Target, frozen=True, tag="hang", tag_field="kind"):
    """Do not answer until the fault is removed or the emulator stops."""


class Reset(Target, frozen=True, tag="reset", tag_field="kind"):
    """Drop the connection with a TCP reset."""


class Close(Target, frozen=True, tag="close", tag_field="kind"):
    """Close the connection without an answer."""


class HalfBody(Target, frozen=True, tag="half-body", tag_field="kind"):
    """Promise the whole body, send half of it, and close."""


class Drip(Target, frozen=True, tag="drip", tag_field="kind"):
    """Send the right body one byte at a time."""

    seconds: NonNegative = 1.0
    """Between two bytes."""


class Html(Target, frozen=True, tag="html", tag_field="kind"):
    """Answer with a web page, as proxies do."""

    status: HttpStatus = 200
    text: str = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"


class Status(Target, frozen=True, tag="status", tag_field="kind"):
    """Answer with an HTTP status and a google.rpc.Status body."""

    status: HttpStatus
    message: str = "emulated failure"
    retry_after: int | None = None
    """Seconds, for a Retry-After header."""


class PlainText(Target, frozen=True, tag="plain-text", tag_field="kind"):
    """Answer as the gateway does when a stream times out: text, no JSON."""

    status: HttpStatus = 408


class Body(Target, frozen=True, tag="body", tag_field="kind"):
    """Answer with a given text under the type of JSON."""

    text: str
    status: HttpStatus = 200


class Huge(Target, frozen=True, tag="huge", tag_field="kind"):
    """Answer with a JSON object of so many MiB."""

    mebibytes: Positive = 2


class Redirect(Target, frozen=True, tag="redirect", tag_field="kind"):
    """Send the client elsewhere."""

    location: str
    status: Literal[301, 302, 303, 307, 308] = 302


class ExpiredToken(Target, frozen=True, tag="expired-token", tag_field="kind"):
    """Refuse the credentials, whatever they are."""


class NotFoundAs400(Target, frozen=True, tag="not-found-as-400", tag_field="kind"):
    """Say 400 where the answer would be 404."""


class PageSizeOne(Target, frozen=True, tag="page-size-one", tag_field="kind"):
    """Put one item on each page, whatever was asked for."""


class RepeatPageToken(Target, frozen=True, tag="repeat-page-token", tag_field="kind"):
    """Give the same page and the same token again and again."""


class ZerosPrinted(Target, frozen=True, tag="zeros-printed", tag_field="kind"):
    """Print every counter of a scan, also the zeros."""


class VulnerabilitiesAbsent(Target, frozen=True, tag="vulnerabilities-absent", tag_field="kind"):
    """Leave the counters of every scan out."""


class VulnerabilitiesEmpty(Target, frozen=True, tag="vulnerabilities-empty", tag_field="kind"):
    """Answer `{}` for the counters of every scan."""


class Flip(Target, frozen=True, tag="flip", tag_field="kind"):
    """Tell the truth and the given values in turn; the truth first."""

    values: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    field: Literal["id", "imageId", "digest"] = "imageId"


class Replace(Target, frozen=True, tag="replace", tag_field="kind"):
    """Put any JSON value in the place of a field of the answer; null removes the field."""

    field: str
    """Its path, with dots: `vulnerabilities.critical`."""
    value: Any = None


class TamperedManifest(Target, frozen=True, tag="tampered-manifest", tag_field="kind"):
    """Serve a manifest whose body is not what its digest says."""


Delay = Latency | Hang
Instead = Html | Status | PlainText | Body | Huge | Redirect | ExpiredToken
Quirk = NotFoundAs400 | PageSizeOne | RepeatPageToken
Rewriting = ZerosPrinted | VulnerabilitiesAbsent | VulnerabilitiesEmpty | Flip | Replace
Transport = Reset | Close | HalfBody | Drip

Fault = Delay | Instead | Quirk | Rewriting | Transport | TamperedManifest
