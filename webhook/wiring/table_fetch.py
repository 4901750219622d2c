"""The fetching of the lookup table, put together. The client library of Kubernetes is not: it takes 70 MB."""

import logging
import logging.config
import random
import signal
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from webhook.adapters.config_maps import LabelledConfigMaps
from webhook.adapters.http import HttpClient
from webhook.adapters.pod_api import PodApi
from webhook.adapters.pools import trusted
from webhook.adapters.snapshots import Snapshots
from webhook.adapters.streams import LOGGER, log_config
from webhook.jobs.table_fetch.follower import Follower

JITTER = 0.25
"""Share by which the interval varies, so that replicas do not look in step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where the ConfigMaps are, and how the API server is reached."""

    api_server: str
    ca_file: Path
    token_file: Path
    namespace: str
    selector: str


def fetch_table(where: Where, folder: Path, *, interval: float, once: bool) -> bool:
    """Bring the ConfigMaps to *folder*, again and again until a signal, or *once*; return whether that was done.

    Raises:
        InvalidDocument: *folder* cannot be written to, or the file of the authorities not be read.
    """
    logging.config.dictConfig(log_config("info"))
    http = HttpClient(connections=1, context=trusted(where.ca_file), peer="the API server")
    api = PodApi(where.api_server, where.token_file, http, time.monotonic)
    config_maps = LabelledConfigMaps(api.get, where.namespace, where.selector)
    follower = Follower(config_maps, Snapshots(folder), logging.getLogger(LOGGER))
    if once:
        return follower.look()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    while not stopping.is_set():
        follower.look()
        stopping.wait(interval * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311 - no secret
    return True
