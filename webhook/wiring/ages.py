"""How old what others bring is, and when exceptions end, as each look at the metrics finds it."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from webhook.adapters.audit_states import read_audit_state
from webhook.adapters.streams import LOGGER
from webhook.adapters.table_states import read_states
from webhook.core import metrics
from webhook.core.ages import Level, of_audit, of_exceptions, of_tables
from webhook.errors import InvalidDocument
from webhook.wiring.clock import now
from webhook.wiring.loading import Loaded


class Ages:
    """The ages that one process shows."""

    def __init__(self) -> None:
        """Nothing was wrong so far."""
        self._told: dict[str, str] = {}

    def levels(self, loaded: Loaded) -> Iterator[Level]:
        """Yield them as gauges. What cannot be read counts as failed, and the log says once why."""
        yield from of_exceptions(loaded.policy.value().exceptions, now())
        if loaded.table is not None:
            folder = loaded.table.path
            yield from self._read("table", lambda: _of_tables(folder), ((metrics.TABLE_SYNC, ()), 0.0))
        state = loaded.settings.audit_state_file
        if state is not None:
            yield from self._read("audit", lambda: _of_audit(loaded.base / state), ((metrics.AUDIT_WHOLE, ()), 0.0))

    def _read(self, what: str, read: Callable[[], tuple[Level, ...]], failed: Level) -> tuple[Level, ...]:
        try:
            levels = read()
        except InvalidDocument as error:
            if self._told.get(what) != str(error):
                self._told[what] = str(error)
                logging.getLogger(LOGGER).warning("the state of the last %s is not known: %s", what, error)
            return (failed,)
        self._told.pop(what, None)
        return levels


def _of_tables(folder: Path) -> tuple[Level, ...]:
    """Return those of the tables that are synchronised into *folder*; a single file is nobody's but its owner's."""
    return tuple(of_tables(read_states(folder).values())) if folder.is_dir() else ()


def _of_audit(file: Path) -> tuple[Level, ...]:
    state = read_audit_state(file)
    return () if state is None else tuple(of_audit(state))
