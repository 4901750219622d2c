"""A mounted certificate that is renewed in every way that goes right, and in those that go wrong."""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.certificates import Authority, Pair
from tests.mounts import Mount

TEAR_SECONDS = 0.005
"""How long a copy that is not made at once lies there half done."""

Trusting = Callable[[Sequence[Authority]], None]
"""Has clients trust these authorities, and none else."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """What was done to the files, and what is to be served after that."""

    kind: str
    serial: int
    good: bool
    """Whether certificate and key fit together."""


class Rotations:
    """Plays the kubelet, people who copy files, and mistakes, in turn."""

    def __init__(self, mount: Mount, authority: Authority, trusting: Trusting, *, settle: float = 0.5) -> None:
        """Begin with a certificate of *authority*. For up to *settle* seconds something old is in use."""
        self._mount, self._authority, self._trusting, self._settle = mount, authority, trusting, settle
        self._serial = 0
        self._trust(authority)
        self.swap()

    def __iter__(self) -> Iterator[Rotation]:
        """Rotate again and again; one time in twenty the authority is replaced, too."""
        turns = (self.swap, self.mismatch, self.swap, self.copy, self.garbage, self.copy, self.truncated, self.swap)
        for number, turn in enumerate(itertools.cycle(turns), start=1):
            if number % 20 == 10:
                yield self.authority()
                time.sleep(self._settle)
                self._trust(self._authority)
            else:
                yield turn()

    def swap(self) -> Rotation:
        """Replace both files at once, as the kubelet does."""
        return self._good("swap", self._publish(self._issue()))

    def copy(self) -> Rotation:
        """Write one file after the other in place, each in two pieces."""
        pair = self._issue()
        for name, content in (("tls.crt", pair.certificate), ("tls.key", pair.key)):
            _write_slowly(self._mount.folder / name, content)
        return self._good("copy", pair)

    def mismatch(self) -> Rotation:
        """Put a certificate beside the key of another one."""
        self._publish(self._issue(), key=self._issue().key)
        return Rotation("mismatch", self._serial, good=False)

    def garbage(self) -> Rotation:
        """Put something else in the place of both."""
        self._mount.publish({"tls.crt": "no certificate", "tls.key": "no key"})
        return Rotation("garbage", self._serial, good=False)

    def truncated(self) -> Rotation:
        """Leave a copy half done."""
        pair = self._issue()
        self._publish(pair, key=pair.key[: len(pair.key) // 2])
        return Rotation("truncated", self._serial, good=False)

    def authority(self) -> Rotation:
        """Replace the authority. Clients trust both from before its first certificate is served to some time after."""
        old, self._authority = self._authority, Authority()
        self._trust(old, self._authority)
        time.sleep(self._settle)
        return self._good("authority", self._publish(self._issue()))

    def _trust(self, *authorities: Authority) -> None:
        self._trusting(authorities)

    def _issue(self) -> Pair:
        return self._authority.issue()

    def _publish(self, pair: Pair, key: bytes | None = None) -> Pair:
        self._mount.publish({"tls.crt": pair.certificate.decode(), "tls.key": (key or pair.key).decode()})
        return pair

    def _good(self, kind: str, pair: Pair) -> Rotation:
        self._serial = pair.serial
        return Rotation(kind, pair.serial, good=True)


def _write_slowly(file: Path, content: bytes) -> None:
    with file.open("wb", buffering=0) as opened:
        opened.write(content[: len(content) // 2])
        time.sleep(TEAR_SECONDS)
        opened.write(content[len(content) // 2 :])
    time.sleep(TEAR_SECONDS)
