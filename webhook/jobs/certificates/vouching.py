"""Whether the authorities in a caBundle vouch for a serving certificate, whoever made the two."""

from datetime import datetime

from cryptography import x509

from webhook.jobs.certificates.reading import certificates, covers, issuer_of, valid
from webhook.jobs.certificates.storage import bundle

LONGEST_CHAIN = 8
"""Intermediate certificates that are followed."""


def doubt(ca_bundle: str, chain: bytes, host: str, *, now: datetime) -> str | None:
    """Say why *ca_bundle* does not vouch for *chain* as the server *host*; None where it does.

    *chain* is what is served, as PEM: the server's certificate, and then those of intermediate authorities.
    """
    served, trusted = certificates(chain), bundle(ca_bundle)
    if not served:
        return "no certificate is served"
    if not trusted:
        return "it has no certificate in it"
    wildcard = f"*.{host.partition('.')[2]}"
    if not covers(served[0], host) and not covers(served[0], wildcard):
        return f"what is served is not for {host}"
    return _chain_doubt(served, trusted, now)


def _chain_doubt(
    served: tuple[x509.Certificate, ...], trusted: tuple[x509.Certificate, ...], now: datetime
) -> str | None:
    """Follow the signatures from what is served to what is trusted."""
    link = served[0]
    for _ in range(LONGEST_CHAIN):
        if not valid(link, now):
            return f"what is served is valid from {link.not_valid_before_utc} to {link.not_valid_after_utc}"
        if link in trusted:
            return None
        living = tuple(one for one in trusted if valid(one, now))
        if issuer_of(link, living) is not None:
            return None
        above = issuer_of(link, tuple(one for one in served[1:] if one != link))
        if above is None:
            break
        link = above
    return "none of its authorities has signed what is served"
