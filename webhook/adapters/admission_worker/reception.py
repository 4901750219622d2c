"""All connections of one process, of which those that nobody is answering cost no thread."""

import errno
import os
import select
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from webhook.adapters.admission_worker.connection import Connection, Phase
from webhook.adapters.admission_worker.heads import Heads
from webhook.adapters.admission_worker.shedding import Shed
from webhook.adapters.admission_worker.terms import Terms

EVENTS_AT_ONCE = 64

LOOK_SECONDS = 0.25
"""Between two looks at what is overdue."""

SCARCE = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
"""What the system says where it has no descriptor, or no memory, for one connection more."""

REST_SECONDS = 0.01
"""Before the next try to take a connection then; those that are here wait as long."""

YOUNG_SECONDS = 1.0
"""Connections that are younger, or were idle for less, never make room for others."""


class Reception:
    """Accepts connections, and tells which of them have something to say. All of it is for the thread on watch,
    unless it says otherwise."""

    def __init__(self, listeners: Sequence[Any], heads: Heads, terms: Terms) -> None:
        """Accept from *listeners*, which other processes may share."""
        self._listeners = {listener.fileno(): listener for listener in listeners}
        self._heads, self._terms = heads, terms
        self._epoll = select.epoll()
        self._bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._connections: dict[int, Connection] = {}
        self._due: deque[Connection] = deque()
        self._looked = 0.0
        self._leaving = False
        self._epoll.register(self._bell, select.EPOLLIN)
        for listener in listeners:
            listener.setblocking(False)
            self._epoll.register(listener.fileno(), select.EPOLLIN)

    @property
    def left(self) -> bool:
        """Whether there is no connection, and will be none. For any thread."""
        return not self._listeners and not self._connections

    @property
    def held(self) -> int:
        """Bytes of all unfinished bodies."""
        return sum(connection.held for connection in list(self._connections.values()))

    def leave(self) -> None:
        """Accept no more, and let go of connections that say nothing for a while. For any thread."""
        self._leaving = True
        os.eventfd_write(self._bell, 1)

    def next(self) -> Connection:
        """Return the next connection that has something to say, or whose time is over. Wait for one."""
        while not self._due:
            self._wait()
        return self._due.popleft()

    def release(self, connection: Connection) -> None:
        """Leave a connection to another thread: what comes on it is no more seen here."""
        with suppress(OSError, ValueError):
            self._epoll.unregister(connection.fd)

    def take_back(self, connection: Connection) -> None:
        """See again what comes on a connection. For any thread."""
        self._epoll.register(connection.fd, select.EPOLLIN)

    def close(self, connection: Connection) -> None:
        """Close a connection. For the thread that has it."""
        # Before its number is free for another one.
        self._connections.pop(connection.fd, None)
        connection.close()

    def rest(self, connection: Connection) -> None:
        """Wait for the next request on a connection. For the thread that has it."""
        connection.rest(time.monotonic())
        if self._leaving:
            connection.deadline = connection.since + self._terms.patience.leaving

    def _wait(self) -> None:
        events = self._epoll.poll(LOOK_SECONDS, EVENTS_AT_ONCE)
        spoken = [self._connections[number] for number, _ in events if number in self._connections]
        # What is kept is answered before hands are shaken with newcomers, which costs more.
        self._due.extend(each for each in spoken if each.phase is not Phase.HANDSHAKE)
        self._due.extend(each for each in spoken if each.phase is Phase.HANDSHAKE)
        now = time.monotonic()
        if self._leaving and self._listeners:
            self._stop_accepting(now)
        for number, _ in events:
            if number in self._listeners:
                self._accept(self._listeners[number], 1 + len(spoken), now)
        if now - self._looked >= LOOK_SECONDS:
            self._looked = now
            self._due.extend(each for each in self._parked() if each.deadline <= now and each not in spoken)

    def _accept(self, listener: Any, most: int, now: float) -> None:
        """Accept a few: others of these processes have their share, and so have those who are here already."""
        for _ in range(most):
            try:
                plain, peer = listener.accept()
            except OSError as error:
                if error.errno in SCARCE:
                    time.sleep(REST_SECONDS)  # who waits would be met again at once, and again
                return  # otherwise another process was first, or the client is gone
            if len(self._connections) >= self._terms.connections and not self._make_room(now):
                plain.close()
                self._terms.shedding(Shed.CONNECTIONS)
                return
            try:
                connection = Connection(plain, peer, self._heads, self._terms)
            except OSError:
                plain.close()
                continue
            self._connections[connection.fd] = connection
            self._epoll.register(connection.fd, select.EPOLLIN)

    def _make_room(self, now: float) -> bool:
        """Close the connection that is missed least: the one that has been silent longest, of those that never asked
        anything if there are any."""
        old = [each for each in self._parked() if now - each.since > YOUNG_SECONDS]
        least = min(old, key=lambda each: (each.asked, each.since), default=None)
        if least is not None:
            self.close(least)
        return least is not None

    def _parked(self) -> list[Connection]:
        return [each for each in list(self._connections.values()) if each.phase is not Phase.SERVED]

    def _stop_accepting(self, now: float) -> None:
        for number, listener in self._listeners.items():
            self._accept(listener, self._terms.connections, now)
            self._epoll.unregister(number)
            listener.close()  # who comes now is told at once
        self._listeners = {}
        self._epoll.unregister(self._bell)  # it may ring after this, or again
        for each in self._parked():
            if each.phase is not Phase.BODY:
                each.deadline = min(each.deadline, now + self._terms.patience.leaving)
