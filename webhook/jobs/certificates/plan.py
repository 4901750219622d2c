"""What to do next: from what is there to one step, by arguments alone. Start reading here.

How an authority is replaced, and why nobody notices:

1. The new one is stored, first in `ca.crt`, with its key. Nothing is signed by it yet.
2. It is published beside the old one, in the caBundle of every webhook.
3. `SETTLING` later, when every API server has seen that, it signs a new serving certificate.
4. `RETIRING` later, when the last gate has read that one, the old authority is forgotten and withdrawn.

Only where nothing works anyway, because there is no usable serving certificate, does 3 follow 2 at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509

from webhook.errors import Invalid
from webhook.jobs.certificates.making import Pair, made_at
from webhook.jobs.certificates.reading import covers, issuer_of, valid

AUTHORITY_MARGIN = timedelta(days=365)
"""An authority is replaced so long before its end: no certificate that it signs may outlive it."""

SETTLING = timedelta(minutes=10)
"""Until every API server knows a changed caBundle. They watch it and mostly know within a second; nothing is urgent."""

RETIRING = timedelta(days=1)
"""Until no gate serves a replaced certificate. A kubelet takes up to two minutes to bring a Secret's change into a
pod; one that cannot reach the API server takes as long as it cannot."""


Authorities = tuple[x509.Certificate, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a serving certificate must be like."""

    names: tuple[str, ...]
    validity: timedelta
    renew_before: timedelta
    """How long before its end it is replaced."""

    def __post_init__(self) -> None:
        """Check them. Raises `Invalid`."""
        if not timedelta(0) < self.renew_before < self.validity:
            raise Invalid("a certificate must be valid for longer than it is replaced before its end")
        if self.validity > AUTHORITY_MARGIN:
            raise Invalid(f"a certificate must not be valid for more than {AUTHORITY_MARGIN.days * 24}h")


@dataclass(frozen=True, slots=True)
class Found:
    """What is there."""

    authorities: Authorities
    """`ca.crt`: the one that signs first, and those that it replaces."""
    signer: Pair | None
    """The first of them, with its key."""
    serving: Pair | None
    """`tls.crt` and `tls.key`."""
    published: tuple[Authorities, ...]
    """The caBundle of each webhook."""
    since: datetime | None
    """When they were published; None where that is not known."""


@dataclass(frozen=True, slots=True)
class AddAuthority:
    """Make an authority and store it before *others*."""

    others: Authorities


@dataclass(frozen=True, slots=True)
class Publish:
    """Make *authorities* the caBundle of every webhook."""

    authorities: Authorities


@dataclass(frozen=True, slots=True)
class Issue:
    """Make a serving certificate and store it."""

    signer: Pair
    why: str


@dataclass(frozen=True, slots=True)
class Forget:
    """Store *authorities* alone."""

    authorities: Authorities


@dataclass(frozen=True, slots=True)
class Rest:
    """There is nothing to do before *until*."""

    until: datetime
    why: str


Step = AddAuthority | Publish | Issue | Forget | Rest


def plan(found: Found, terms: Terms, *, now: datetime) -> Step:
    """Return the next step."""
    signer = found.signer
    if signer is None or not valid(signer.certificate, now) or _authority_due(signer) <= now:
        return AddAuthority(tuple(one for one in found.authorities if valid(one, now)))
    trusted = _trusted(found, signer, now)
    if found.since is None or found.since > now or any(bundle != trusted for bundle in found.published):
        return Publish(trusted)
    return _serve(found, signer, trusted, terms, now)


def _serve(found: Found, signer: Pair, trusted: Authorities, terms: Terms, now: datetime) -> Step:
    """Return the next step where the authorities are in order."""
    serving, since = found.serving, found.since or now
    if serving is None:
        return Issue(signer, "there is none")
    problem = _problem(serving.certificate, trusted, terms, now)
    if problem:
        return Issue(signer, problem)
    if not _signed_by(signer, serving):
        settled = since + SETTLING
        return Issue(signer, "its authority is replaced") if settled <= now else Rest(settled, "publication settles")
    if _serving_due(serving, terms) <= now:
        return Issue(signer, "it is due")
    return _tidy(found, trusted, Rest(min(_serving_due(serving, terms), _authority_due(signer)), "all is in order"))


def _trusted(found: Found, signer: Pair, now: datetime) -> Authorities:
    """Return the authorities that the webhooks should have: the signing one, and others while they may be needed.

    Others in the caBundle are kept for as long: where certificates were managed in another way before, or
    the Secret was lost, they vouch for what gates still serve.
    """
    serving = found.serving
    if serving is not None and _signed_by(signer, serving) and made_at(serving.certificate) + RETIRING <= now:
        return (signer.certificate,)
    everyone = (*found.authorities, *(one for bundle in found.published for one in bundle))
    return tuple(dict.fromkeys(one for one in (signer.certificate, *everyone) if valid(one, now)))


def _problem(leaf: x509.Certificate, trusted: Authorities, terms: Terms, now: datetime) -> str:
    """Say why *leaf* cannot be served now; empty where it can."""
    if not valid(leaf, now):
        return f"it is valid from {leaf.not_valid_before_utc} to {leaf.not_valid_after_utc}"
    missing = [name for name in terms.names if not covers(leaf, name)]
    if missing:
        return f"it is not for {missing[0]}"
    return "no authority here has signed it" if issuer_of(leaf, trusted) is None else ""


def _tidy(found: Found, trusted: Authorities, rest: Rest) -> Step:
    """Forget authorities that are not published any more; then rest, until others retire at the latest."""
    if any(one not in trusted for one in found.authorities):
        return Forget(tuple(one for one in found.authorities if one in trusted))
    if len(trusted) > 1 and found.serving is not None:
        return Rest(min(rest.until, made_at(found.serving.certificate) + RETIRING), "a replaced authority retires")
    return rest


def _signed_by(signer: Pair, serving: Pair) -> bool:
    return issuer_of(serving.certificate, (signer.certificate,)) is not None


def _authority_due(signer: Pair) -> datetime:
    return signer.certificate.not_valid_after_utc - AUTHORITY_MARGIN


def _serving_due(serving: Pair, terms: Terms) -> datetime:
    return serving.certificate.not_valid_after_utc - terms.renew_before
