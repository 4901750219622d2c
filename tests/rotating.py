"""The trial of rotations: the certificate is renewed while API servers call, over kept and over new connections."""

import itertools
import ssl
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.goclient.connection import Connection
from tests.goclient.transport import IDLE_CONNECTIONS, Transport
from tests.load import Load, asking, images
from tests.mounts import Mount
from tests.proofs import Proof, opened, unopened
from tests.rolling import DEFAULTS
from tests.rotations import Rotation, Rotations
from tests.service.registry import Registry

CLIENTS = 16

LAST_SECONDS = 0.1
"""What is there lasts so long at least: each process of a gate has new connections in that time, for which it looks."""

SOON_SECONDS = 2.0
"""A good pair is served so soon, and a bad one is told of by /readyz."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotating:
    """How long the trial is."""

    rotations: int
    seconds: float
    """In which they take place, if the machine is quick enough."""


@dataclass
class Trust:
    """The bundle that clients trust now."""

    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    clients: list[Transport] = field(default_factory=list)

    def __call__(self) -> ssl.SSLContext:
        """Return it."""
        return self.context

    def of(self, authorities: Sequence[Authority]) -> None:
        """Replace it, and make all connections anew."""
        self.context = ssl.create_default_context(cadata="".join(authority.pem for authority in authorities))
        for client in self.clients:
            client.drop_idle()


@contextmanager
def mounted_gate(world: Registry, folder: Path) -> Iterator[Gate]:
    """Run a gate with the defaults, whose certificate is already in the folder `tls`."""
    tls = {"certFile": "tls/tls.crt", "keyFile": "tls/tls.key"}
    with gate(folder, Authority(), Setup(registry=world.url, server={**DEFAULTS, "tls": tls})) as running:
        yield running


def rotate(server: Gate, trust: Trust, rotations: Rotations, size: Rotating) -> tuple[Counter[str], list[str]]:
    """Rotate so often; return how often in which way, and what did not come about soon."""
    kinds: Counter[str] = Counter()
    unsettled = []
    begun = time.monotonic()
    for number, rotation in enumerate(itertools.islice(rotations, size.rotations), start=1):
        kinds[rotation.kind] += 1
        try:
            if not _soon(partial(_settled, server, trust, rotation)):
                unsettled.append(f"rotation {number}, {rotation.kind}")
        except OSError as error:
            unsettled.append(f"rotation {number}, {rotation.kind}: {error!r}")
        time.sleep(max(LAST_SECONDS, begun + size.seconds * number / size.rotations - time.monotonic()))
    return kinds, unsettled


def rotate_before_clients(world: Registry, authority: Authority, folder: Path, size: Rotating) -> Proof:
    """Try it with clients that behave like API servers: half of them keep connections, half never."""
    begun, trust = time.monotonic(), Trust()
    rotations = Rotations(Mount(folder / "tls"), authority, trust.of)
    with ExitStack() as stack:
        server = stack.enter_context(mounted_gate(world, folder))
        trust.clients = [Transport(lambda: server.port, trust, idle=idle) for idle in (IDLE_CONNECTIONS, 0)]
        for client in trust.clients:
            stack.enter_context(closing(client))
        asks = [asking(trust.clients[number % 2]) for number in range(CLIENTS)]
        load = stack.enter_context(Load(asks, images(world)))
        kinds, unsettled = rotate(server, trust, rotations, size)
    dials = [client.dials for client in trust.clients]
    return Proof(
        changes=described(kinds),
        tally=load.tally,
        connections=opened(dials),
        broken=unopened(dials),
        unsettled=tuple(unsettled),
        seconds=time.monotonic() - begun,
    )


def described(kinds: Counter[str]) -> str:
    """Return how often was rotated, and in which ways."""
    ways = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    return f"{kinds.total()} rotations ({ways})"


def _settled(server: Gate, trust: Trust, rotation: Rotation) -> bool:
    """Tell whether a new connection is shown the certificate that it should be, and /readyz tells of a bad pair."""
    with closing(Connection(server.port, trust())) as connection:
        served = connection.serial == rotation.serial
    told = server.probe("/readyz").document["details"]["certificate"]
    return served and (told == "ok") is rotation.good


def _soon(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + SOON_SECONDS
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
