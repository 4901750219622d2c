"""Standard output and standard error: the audit records on the one, all other logs on the other."""

import fcntl
import logging
import os
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from webhook.core.records import render_line
from webhook.core.times import render_time

LOGGER = "scangate"
"""Name of the logger of everything that is not a decision."""


def write_line(descriptor: int) -> Callable[[bytes], None]:
    """Return what writes whole lines to *descriptor*, unbuffered; threads and processes may share it.

    A pipe takes no more than 4 KiB at once for certain, so each line is written under a lock. One that
    cannot be written raises OSError: a decision that leaves no record must not be given.
    """
    threads = threading.Lock()

    def write(line: bytes) -> None:
        with threads:
            _lock(descriptor, fcntl.LOCK_EX)
            try:
                while line:
                    line = line[os.write(descriptor, line) :]
            finally:
                _lock(descriptor, fcntl.LOCK_UN)

    return write


def _lock(descriptor: int, how: int) -> None:
    """Keep other processes from writing to the same pipe or file, or let them; a terminal cannot be locked."""
    with suppress(OSError):
        fcntl.lockf(descriptor, how)


class JsonFormatter(logging.Formatter):
    """One JSON object for each log record, in ASCII."""

    def format(self, record: logging.LogRecord) -> str:
        """Render *record*; an exception becomes its type, message and frames in one field."""
        fields: dict[str, Any] = {
            "time": render_time(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            fields["exception"] = "".join(traceback.format_exception(*record.exc_info))
        return render_line(fields).decode().removesuffix("\n")


def log_config(level: str) -> dict[str, Any]:
    """Return the `logging.config.dictConfig` that sends everything to standard error as JSON."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": f"{__name__}.{JsonFormatter.__qualname__}"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}},
        "root": {"level": level.upper(), "handlers": ["stderr"]},
    }
