"""Every exception that Scangate raises on purpose.

ScangateError
├── Invalid              what somebody wrote cannot be understood; the text says where and what would be right
│   ├── InvalidReview        an admission review: answered with HTTP 400
│   ├── InvalidReference     an image reference: the image is denied
│   ├── InvalidId            a scan-result or image id: never sent anywhere
│   ├── InvalidRecord        a line of an audit log: counted and shown, and the next one is read
│   └── InvalidDocument      a file of policy, table or settings: refused at start, or the last good one kept
├── NotRemembered        memory alone cannot answer: the registry has to be asked
├── Overloaded           too many reviews wait for the registry: answered with HTTP 503 and Retry-After
├── ClusterFailed        the Kubernetes API did not do what it was asked to
│   ├── Absent               it has no such object
│   ├── Forbidden            it does not let us
│   ├── Conflict             somebody else has changed the object: read it again, and decide again
│   └── Gone                 what a list was to be read on with is too old: go on as it says, or begin again
└── LookupFailed         the registry gave no usable answer; the image has no evidence
    ├── NotFound             it says that there is no such thing
    ├── Unauthorized         it does not let us see it (401, 403)
    ├── Unavailable          it did not answer, or asked to be left alone, or answered too late
    └── Unreadable           it answered something that its specification does not allow
"""

from typing import Self

EXIT_NO = 1
"""Exit code of a command: the answer is no."""

EXIT_ERROR = 2
"""There is no answer: something is wrong with a file or an option."""


class ScangateError(Exception):
    """Base of everything raised on purpose; anything else that escapes is a bug and refuses admission."""


class Invalid(ScangateError):
    """Input that cannot be understood."""


class InvalidReview(Invalid):
    """An admission review that is malformed or of an unknown version, operation or shape."""


class InvalidReference(Invalid):
    """An image reference outside the distribution grammar."""


class InvalidId(Invalid):
    """An id outside the registry's alphabet."""


class InvalidRecord(Invalid):
    """A line of an audit log that should be a record and is not."""


class InvalidDocument(Invalid):
    """A file that does not say what it should: names the file, the field, the value and what is right."""


class NotRemembered(ScangateError):
    """What is asked for is not in memory."""


class Overloaded(ScangateError):
    """No more look-ups can be taken on; nothing was begun, so the caller may simply call again."""


class ClusterFailed(ScangateError):
    """A call of the Kubernetes API that did not end as it should: refused, unanswered, or without an address."""


class Absent(ClusterFailed):
    """The cluster has no such object."""


class Forbidden(ClusterFailed):
    """The account lacks the right; the message names it."""


class Conflict(ClusterFailed):
    """The object is not the one that was read any more; nothing was written."""


class Gone(ClusterFailed):
    """A token with which a list was to be read on has expired."""

    def __init__(self, message: str, following: str = "") -> None:
        """Say so; *following* is the token with which the API server would go on, from its newest state."""
        super().__init__(message)
        self.following = following


class LookupFailed(ScangateError):
    """A look-up in the registry that ended without a usable answer."""

    def again(self) -> Self:
        """Return the same failure for another caller: a traceback grows with each raise."""
        return type(self)(*self.args)


class NotFound(LookupFailed):
    """The registry knows no such scan or image."""


class Unauthorized(LookupFailed):
    """The registry refuses our credentials, or they lack the role."""


class Unavailable(LookupFailed):
    """No answer in time: refused, reset, hung, overloaded, or out of order."""

    def __init__(self, message: str, *, passing: bool = False, after: float | None = None) -> None:
        """Say what happened, whether the same call may fare better at once, and after how many seconds it should."""
        super().__init__(message)
        self.passing = passing
        self.after = after


class Unreadable(LookupFailed):
    """An answer that is not what the API's specification promises."""
