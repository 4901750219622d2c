"""A cluster in memory: the objects that certificates live in, with versions, crashes and others who interfere."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from webhook.core.cluster import Lease, ObjectName, StoredSecret, Version
from webhook.core.registration import PUBLISHED, ClientConfig, Registration, Rule, Service, Webhook
from webhook.core.times import render_time
from webhook.errors import Absent, Conflict

NAME = ObjectName("scangate", "scangate-tls")
WEBHOOK = "scangate"
HOST = "scangate.scangate.svc"


class Crash(Exception):
    """The process is gone."""


class Clock:
    """A time that passes only when it is told to."""

    def __init__(self, at: datetime = datetime(2027, 1, 1, tzinfo=UTC)) -> None:
        """Begin at *at*."""
        self.at = at

    def __call__(self) -> datetime:
        """Return the time."""
        return self.at

    def pass_by(self, **time: float) -> None:
        """Let time pass."""
        self.at += timedelta(**time)


def webhooks(*names: str, ca_bundle: str = "") -> tuple[Webhook, ...]:
    """Return webhooks in front of a gate."""
    service = Service("scangate", "scangate", path="/validate")
    rule = Rule(("CREATE", "UPDATE"), ("",), ("*",), ("pods", "pods/ephemeralcontainers"))
    return tuple(
        Webhook(
            name,
            ClientConfig(service, None, ca_bundle),
            rules=(rule,),
            side_effects="None",
            admission_review_versions=("v1",),
        )
        for name in names
    )


@dataclass
class FakeCluster:
    """What `webhook.adapters.cluster` would be in front of."""

    data: dict[str, bytes] = field(default_factory=dict)
    registered: tuple[Webhook, ...] = webhooks("pods.scangate.dev", "workloads.scangate.dev")
    annotations: dict[str, str] = field(default_factory=dict)
    held: Lease = Lease(Version("1"))
    missing: set[str] = field(default_factory=set)
    """Kinds of objects that are not there."""
    life: int | None = None
    """So many writes are done before the next one finds the process gone."""
    before: Callable[[str], None] = lambda _: None
    """Is told of every write before it is done."""
    reading: Callable[[str], None] = lambda _: None
    """Is told of every object before it is read."""
    after: Callable[[], None] = lambda: None
    """Is told of every write when it is done."""
    writes: list[str] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=lambda: {"secret": 1, "lease": 1, "registration": 1})

    def secret(self, name: ObjectName) -> StoredSecret:
        """Return it."""
        return StoredSecret(self._read("secret", name == NAME), dict(self.data))

    def store_secret(self, name: ObjectName, version: Version, data: Mapping[str, bytes]) -> None:
        """Change it."""
        self._write("secret", version)
        self.data |= data
        self.after()

    def lease(self, name: ObjectName) -> Lease:
        """Return it."""
        return replace(self.held, version=self._read("lease", name == NAME))

    def store_lease(self, name: ObjectName, lease: Lease) -> None:
        """Change it."""
        self._write("lease", lease.version)
        self.held = lease

    def registration(self, name: str) -> Registration:
        """Return it."""
        version = self._read("registration", name == WEBHOOK)
        return Registration(name, self.registered, version, dict(self.annotations))

    def publish(self, of: Registration, authorities: bytes, at: datetime) -> None:
        """Change it."""
        self._write("registration", of.version)
        self.fill(base64.b64encode(authorities).decode())
        self.annotations[PUBLISHED] = render_time(at)
        self.after()

    def fill(self, ca_bundle: str) -> None:
        """Replace the caBundle of every webhook."""
        self.registered = webhooks(*(webhook.name for webhook in self.registered), ca_bundle=ca_bundle)

    def touch(self, kind: str) -> None:
        """Change an object as somebody else would."""
        self.versions[kind] += 1

    @property
    def bundle(self) -> str:
        """Return the caBundle of the first webhook."""
        return self.registered[0].client_config.ca_bundle

    @property
    def served(self) -> bytes:
        """Return the serving certificate."""
        return self.data.get("tls.crt", b"")

    def _read(self, kind: str, right: bool) -> Version:
        self.reading(kind)
        if kind in self.missing or not right:
            raise Absent(f"{kind}: not found")
        return Version(str(self.versions[kind]))

    def _write(self, kind: str, version: Version) -> None:
        if kind != "lease" and self.life is not None:
            self.life -= 1
            if self.life < 0:
                raise Crash
        self.before(kind)
        if version != str(self.versions[kind]):
            raise Conflict(f"{kind}: was changed by somebody else")
        self.writes.append(kind)
        self.versions[kind] += 1
