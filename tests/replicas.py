"""Replicas of the gate, replaced one after the other as a Deployment does it (maxUnavailable 0, maxSurge 1)."""

import itertools
import signal
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.certificates import Authority
from tests.gates import Gate, Setup, assert_clean, connected
from tests.processes import Process, eventually

END_SECONDS = 60.0
"""The longest that a replica may take to end after SIGTERM; Kubernetes gives it 45 where nothing else is said."""


class Endpoints:
    """Where new connections go: to one endpoint after the other, as kube-proxy spreads them."""

    def __init__(self) -> None:
        """Begin with none."""
        self._ports: list[int] = []
        self._turn = itertools.count()
        self._lock = threading.Lock()

    def __call__(self) -> int:
        """Return where the next connection goes."""
        with self._lock:
            if not self._ports:
                raise ConnectionRefusedError("no endpoints")
            return self._ports[next(self._turn) % len(self._ports)]

    def add(self, port: int) -> None:
        """Let connections go there, too."""
        with self._lock:
            self._ports = [*self._ports, port]
            self._publish(self._ports)

    def remove(self, port: int) -> None:
        """Let no more connections go there."""
        with self._lock:
            self._ports = [each for each in self._ports if each != port]
            self._publish(self._ports)

    def _publish(self, ports: list[int]) -> None:
        """Tell others."""


class Replicas:
    """Processes that are replaced; all end with the context."""

    def __init__(
        self, folder: Path, authority: Authority, setup: Setup, *, lag: float, endpoints: Endpoints | None = None
    ) -> None:
        """Start none yet. An endpoint is removed *lag* seconds after its replica was told to end."""
        self.endpoints = endpoints or Endpoints()
        self._authority, self._lag = authority, lag
        authority.issue().write(folder)
        self._config, self._environment = setup.write(folder), setup.environment
        self._threads = ThreadPoolExecutor()
        self._running: list[Gate] = []
        self._leaving: list[Future[None]] = []
        self._started: list[Process] = []

    def __enter__(self) -> Self:
        """Have none to begin with."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all of them, and claim that each ended as it should."""
        try:
            if kind is None:
                self._leaving += [self._threads.submit(self._leave, gate) for gate in self._running]
                for leaving in self._leaving:
                    leaving.result()
        finally:
            self._threads.shutdown(wait=kind is None, cancel_futures=True)
            for process in self._started:
                process.end()

    def start(self, number: int) -> None:
        """Start so many at once, and wait until each is ready."""
        for started in [self._threads.submit(self._start) for _ in range(number)]:
            gate = started.result()
            self._running.append(gate)
            self.endpoints.add(gate.port)

    def replace(self) -> None:
        """Start another one, and tell the oldest one to end as soon as that is ready; do not wait for its end."""
        oldest = self._running.pop(0)
        self.start(1)
        self._leaving.append(self._threads.submit(self._leave, oldest))

    def settle(self) -> None:
        """Wait until those that were told to end have left the endpoints and ended."""
        for leaving in self._leaving:
            leaving.result()

    def _start(self) -> Gate:
        process = Process("webhook", "serve", "--config", self._config, environment=self._environment)
        self._started.append(process)
        gate = connected(process, self._authority)
        eventually(lambda: gate.probe("/readyz").status == 200)
        return gate

    def _leave(self, gate: Gate) -> None:
        """Tell a replica to end; nodes learn of that a little later, and connections to it go on for as long as they
        are used."""
        gate.process.signal(signal.SIGTERM)
        time.sleep(self._lag)
        self.endpoints.remove(gate.port)
        gate.process.process.wait(END_SECONDS)
        assert gate.process.wait() == 0
        assert_clean(gate.process)
