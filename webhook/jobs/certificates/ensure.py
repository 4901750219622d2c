"""The pass: read, plan, take one step, read again; until there is nothing left to do."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, assert_never

from webhook.core.cluster import Lease, ObjectName, StoredSecret, Version
from webhook.core.registration import Registration
from webhook.core.times import render_time
from webhook.errors import ClusterFailed, Conflict
from webhook.jobs.certificates.making import Pair, issue, new_authority, pem
from webhook.jobs.certificates.plan import AddAuthority, Forget, Issue, Publish, Rest, Step, Terms, plan
from webhook.jobs.certificates.storage import AUTHORITIES, AUTHORITY_KEY, CERTIFICATE, KEY, understand

MAX_TURNS = 20
"""From nothing to all in order takes three steps, and a roll of the authority no more; the rest is for conflicts."""

LEASE_SECONDS = 120
"""A crashed pass keeps the next one waiting for so long; one turn, with every call as slow as it may be, is shorter."""


class Objects(Protocol):
    """The Secret and the Lease in a cluster."""

    def secret(self, name: ObjectName) -> StoredSecret:
        """Return the Secret."""
        ...

    def store_secret(self, name: ObjectName, version: Version, data: Mapping[str, bytes]) -> None:
        """Change a version of it. Raises `Conflict`."""
        ...

    def lease(self, name: ObjectName) -> Lease:
        """Return the Lease."""
        ...

    def store_lease(self, name: ObjectName, lease: Lease) -> None:
        """Change the version of it that *lease* has. Raises `Conflict`."""
        ...


class Registrations(Protocol):
    """The webhook configuration in a cluster."""

    def registration(self, name: str) -> Registration:
        """Return it."""
        ...

    def publish(self, of: Registration, authorities: bytes, at: datetime) -> None:
        """Change that version of it. Raises `Conflict`."""
        ...


class Cluster(Objects, Registrations, Protocol):
    """All of them."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is kept in order: the objects, all of which are there already."""

    secret: ObjectName
    """And the Lease, which has its name."""
    webhook: str


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass by *holder*."""

    cluster: Cluster
    target: Target
    terms: Terms
    holder: str
    now: Callable[[], datetime]
    log: logging.Logger

    def run(self) -> bool:
        """Bring all in order; return whether that was done, rather than left to another one who is at it.

        Raises:
            ClusterFailed: an object is missing, a right is, or the API server does not answer.
        """
        for _ in range(MAX_TURNS):
            try:
                if not self._hold():
                    return False
                if self._turn():
                    self._release()
                    return True
            except Conflict as conflict:
                self._tell("reading again", reason=str(conflict))
        raise ClusterFailed(f"not in order after {MAX_TURNS} turns; somebody else keeps changing the same objects")

    def _turn(self) -> bool:
        """Take one step; return whether there was none left to take."""
        secret = self.cluster.secret(self.target.secret)
        registration = self.cluster.registration(self.target.webhook)
        now = self.now()
        step = plan(understand(secret, registration), self.terms, now=now)
        self._take(step, secret, registration, now)
        return isinstance(step, Rest)

    def _take(self, step: Step, secret: StoredSecret, registration: Registration, now: datetime) -> None:
        match step:
            case AddAuthority(others):
                made = new_authority(now)
                self._store(secret, {AUTHORITIES: pem(made.certificate, *others), AUTHORITY_KEY: made.key_pem()})
                self._tell("new authority stored", **_facts(made))
            case Publish(authorities):
                self.cluster.publish(registration, pem(*authorities), now)
                self._tell("authorities published", authorities=len(authorities), webhooks=len(registration.webhooks))
            case Issue(signer, why):
                made = issue(signer, self.terms.names, now=now, validity=self.terms.validity)
                self._store(secret, {CERTIFICATE: pem(made.certificate), KEY: made.key_pem()})
                self._tell("new serving certificate stored", reason=why, **_facts(made))
            case Forget(authorities):
                self._store(secret, {AUTHORITIES: pem(*authorities)})
                self._tell("replaced authorities forgotten", authorities=len(authorities))
            case Rest(until, why):
                self._tell("nothing left to do", reason=why, until=render_time(until))
            case _ as never:
                assert_never(never)

    def _store(self, secret: StoredSecret, data: Mapping[str, bytes]) -> None:
        self.cluster.store_secret(self.target.secret, secret.version, data)

    def _hold(self) -> bool:
        """Take the Lease, or keep it; return whether it is ours.

        It keeps passes from working against each other. That no change is lost does not depend on it:
        every write is of the version that was read.
        """
        found, now = self.cluster.lease(self.target.secret), self.now()
        if found.held_by_another(self.holder, now=now):
            self._tell("another one is at it", holder=found.holder)
            return False
        held = replace(found, holder=self.holder, renewed=now, seconds=LEASE_SECONDS)
        self.cluster.store_lease(self.target.secret, held)
        return True

    def _release(self) -> None:
        try:
            found = self.cluster.lease(self.target.secret)
            if found.holder == self.holder:
                self.cluster.store_lease(self.target.secret, replace(found, holder=""))
        except ClusterFailed as error:
            self._tell("lease not released", reason=str(error))

    def _tell(self, message: str, **fields: object) -> None:
        about = {"secret": str(self.target.secret), "webhook": self.target.webhook}
        self.log.info(message, extra={"fields": about | fields})


def _facts(made: Pair) -> dict[str, str]:
    """Describe a certificate in a log."""
    certificate = made.certificate
    return {"serial": f"{certificate.serial_number:x}", "notAfter": render_time(certificate.not_valid_after_utc)}
