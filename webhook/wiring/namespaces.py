"""How labels of namespaces are had."""

import logging
import random
import time

from webhook.adapters.http import HttpClient
from webhook.adapters.memory import Memory
from webhook.adapters.namespaces import NamespaceLabels, NoLabels
from webhook.adapters.pools import trusted
from webhook.adapters.streams import LOGGER
from webhook.gate import Namespaces
from webhook.wiring.loading import Loaded

CONNECTIONS = 4
"""A call takes milliseconds, and a namespace is asked for at most every few seconds."""

REMEMBERED = 10_000
"""The most namespaces that Kubernetes is tested with (its scalability thresholds)."""


def namespace_labels(loaded: Loaded) -> Namespaces:
    """Return what knows the labels of namespaces, as the configuration would have it."""
    settings = loaded.settings.api_server
    if settings is None:
        return NoLabels()
    return NamespaceLabels(
        settings.endpoint,
        loaded.base / settings.token_file,
        http=HttpClient(
            connections=CONNECTIONS, context=trusted(loaded.base / settings.ca_file), peer="the API server"
        ),
        memory=Memory(size=REMEMBERED, clock=time.monotonic, jitter=random.random),
        log=logging.getLogger(LOGGER),
    )
