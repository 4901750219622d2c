"""How keys and certificates lie in the Secret and the caBundles.

The Secret is of type Opaque. One of type `kubernetes.io/tls` cannot be made empty: it would have to be
shipped with `tls.crt` and `tls.key` of no content, and an upgrade of the chart would put that content back.

Pods of the gate mount `tls.crt` and `tls.key`, and nothing else of it: `ca.key` is for this job alone.
"""

import base64
from datetime import datetime

from cryptography import x509

from webhook.core.cluster import StoredSecret
from webhook.core.registration import PUBLISHED, Registration
from webhook.core.times import parse_time
from webhook.errors import Invalid
from webhook.jobs.certificates.plan import Found
from webhook.jobs.certificates.reading import certificates, pair

AUTHORITIES = "ca.crt"
"""Authorities to trust; the first signs."""
AUTHORITY_KEY = "ca.key"
CERTIFICATE = "tls.crt"
KEY = "tls.key"


def understand(secret: StoredSecret, registration: Registration) -> Found:
    """Read what is there. What cannot be read is not there."""
    authorities = certificates(secret.data.get(AUTHORITIES, b""))
    serving = certificates(secret.data.get(CERTIFICATE, b""))
    return Found(
        authorities=authorities,
        signer=pair(authorities[0] if authorities else None, secret.data.get(AUTHORITY_KEY, b"")),
        serving=pair(serving[0] if serving else None, secret.data.get(KEY, b"")),
        published=tuple(bundle(webhook.client_config.ca_bundle) for webhook in registration.webhooks),
        since=_since(registration.annotations.get(PUBLISHED, "")),
    )


def bundle(ca_bundle: str) -> tuple[x509.Certificate, ...]:
    """Return the certificates in a caBundle, PEM in base64."""
    try:
        return certificates(base64.b64decode(ca_bundle))
    except ValueError:
        return ()


def _since(text: str) -> datetime | None:
    try:
        return parse_time(text)
    except Invalid:
        return None
