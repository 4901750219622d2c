"""The gate under chaos: a process with two workers, its files, its temporary folder, and the registry before it."""

import json
import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from tests.certificates import Authority
from tests.chaos.asks import POLICIES, Stall
from tests.gates import Gate, Setup, gate
from tests.mounts import Mount, replace
from tests.processes import eventually
from webhook.emulator.emulator import Emulator
from webhook.emulator.server import serve
from webhook.emulator.world_file import parse_world

WORKERS, THREADS = 2, 32
ACCOUNT = {
    "id": "ajegate",
    "roles": ["container-registry.images.scanner", "container-registry.images.puller"],
    "metadata": True,
}
TOKEN_SECONDS = 90
"""A token lives so long, so that it is renewed again and again."""

REMEMBERED = 2000
"""Answers that a process remembers: fewer than there are, so that the registry is asked all the time."""

POLICY = "policies.yaml"

SMALL_TMPFS = "2m"


@dataclass
class Clock:
    """The registry's clock."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        """Return its time."""
        return datetime.now(UTC) + self.ahead


@dataclass
class Site:
    """Everything that can be spoilt."""

    folder: Path
    authority: Authority
    stall: Stall
    emulator: Emulator
    clock: Clock
    mount: Mount
    gate: Gate
    mounted: bool
    """Whether the temporary folder is a file system of its own, which can be filled."""
    configuration: str
    policy: int = 0
    table: int = 0
    filler: list[Path] = field(default_factory=list)

    @property
    def temporary(self) -> Path:
        """The gate's temporary folder."""
        return self.folder / "tmp"

    def workers(self) -> list[int]:
        """Return the processes that serve."""
        own = self.gate.process.process.pid
        children = Path(f"/proc/{own}/task/{own}/children").read_text(encoding="ascii").split()
        return [int(child) for child in children if _serves(int(child))]

    def write_policy(self, number: int) -> None:
        """Put one of the two policies into force."""
        self.policy = number
        replace(self.folder / POLICY, yaml.safe_dump(POLICIES[number]))

    def write_table(self, number: int, more: int = 0) -> None:
        """Put one of the two tables into force, with so many entries *more* of nothing that is asked about."""
        self.table = number
        others = {f"sha256:{entry:064x}": f"chefiller{entry}" for entry in range(more)}
        replace(self.folder / "table.yaml", json.dumps(self.stall.tables[number] | others))

    def rotate(self, *, good: bool = True) -> None:
        """Put another certificate in the place of the one that is served, or one whose key is another's."""
        pair, other = self.authority.issue(), self.authority.issue()
        key = pair.key if good else other.key
        self.mount.publish({"tls.crt": pair.certificate.decode(), "tls.key": key.decode()})

    def fill(self) -> None:
        """Fill the temporary folder to the last byte."""
        filler = self.temporary / "filler"
        self.filler.append(filler)
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(bytes(1 << 16)):
                pass

    def empty(self) -> None:
        """Take out again what it was filled with."""
        while self.filler:
            self.filler.pop().unlink(missing_ok=True)


@contextmanager
def few_descriptors(pid: int) -> Iterator[None]:
    """Let a process open hardly any more descriptors; it may have ended by then, or end meanwhile.

    What it is allowed afterwards is what we are: another such fault may have come in between.
    """
    usual = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError):
        used = max(map(int, os.listdir(f"/proc/{pid}/fd"))) + 2
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (used, usual[1]))
    yield
    with suppress(OSError):
        resource.prlimit(pid, resource.RLIMIT_NOFILE, usual)


@contextmanager
def site(folder: Path, stall: Stall, seed: str) -> Iterator[Site]:
    """Run a gate before a registry that holds what a stall has."""
    clock, authority = Clock(), Authority()
    images = [stall.clean.section(), *stall.sections()]
    world = {"images": images, "accounts": [ACCOUNT], "behaviour": {"tokenSeconds": TOKEN_SECONDS}}
    emulator = Emulator(parse_world(world, now=clock()), now=clock, seed=seed)
    with serve(emulator) as running, _temporary(folder / "tmp") as mounted:
        mount = Mount(folder / "tls")
        pair = authority.issue()
        mount.publish({"tls.crt": pair.certificate.decode(), "tls.key": pair.key.decode()})
        (folder / POLICY).write_text(yaml.safe_dump(POLICIES[0]), encoding="utf-8")
        with gate(folder, authority, _setup(running.url, stall, folder)) as server:
            eventually(lambda: server.probe("/readyz").status == 200)
            text = (folder / "gate.yaml").read_text(encoding="utf-8")
            yield Site(folder, authority, stall, emulator, clock, mount, server, mounted, text)


def _setup(url: str, stall: Stall, folder: Path) -> Setup:
    tls = {"certFile": "tls/tls.crt", "keyFile": "tls/tls.key"}
    return Setup(
        registry=url,
        server={"workers": WORKERS, "threads": THREADS, "tls": tls},
        table=stall.tables[0],
        settings={"policyFile": POLICY, "identity": {"metadata": {"endpoint": url}}},
        registry_section={"remembered": REMEMBERED},
        environment={"TMPDIR": str(folder / "tmp")},
    )


@contextmanager
def _temporary(folder: Path) -> Iterator[bool]:
    """Make a temporary folder, in memory and small where that may be mounted; say whether it was."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_TMPFS}", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


def _serves(pid: int) -> bool:
    with suppress(OSError):
        return b"\0serve\0" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False
