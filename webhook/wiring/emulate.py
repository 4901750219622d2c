"""The emulated registry behind its server, put together."""

import logging
import logging.config
import signal
import threading
from pathlib import Path

from webhook.adapters.streams import LOGGER, log_config
from webhook.emulator.emulator import Emulator
from webhook.emulator.server import serve
from webhook.emulator.world_file import load_world
from webhook.wiring.clock import now


def emulate(world: Path, *, host: str, port: int) -> None:
    """Serve the registry that the file *world* describes until SIGTERM or SIGINT.

    Raises:
        InvalidDocument: the file is not a world.
        OSError: the port is taken.
    """
    emulator = Emulator(load_world(world, now=now()), now=now)
    logging.config.dictConfig(log_config("info"))
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    with serve(emulator, host=host, port=port) as running:
        logging.getLogger(LOGGER).info("listening", extra={"fields": {"url": running.url}})
        stop.wait()
