"""Measures what a lookup table costs: loading, memory, look-ups, and how long reviews wait while it is swapped."""

import hashlib
import json
import random
import resource
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from webhook.adapters.tables import SMALL_BYTES, TableReader
from webhook.adapters.workshop import Workshop
from webhook.core.images import Digest
from webhook.core.table import Table

WAYS = {"dict": 1 << 62, "gate": SMALL_BYTES}
"""`dict`: every process reads the whole table itself. `gate`: as the gate does it. The number is the size in
bytes up to which a table is read where it is used."""

REVIEW_SECONDS = 0.002
"""A review comes so often, whether or not the one before it is answered."""

REVIEW = json.dumps([{"name": str(number), "image": "x" * 60} for number in range(100)])
"""About what a pod has in it."""

LOOKUPS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One line of the report."""

    load: float
    """Seconds until the first process has the table."""
    join: float
    """Seconds until a second process has it, which finds what the first one made."""
    private: float
    """Bytes of an entry in the memory of each process."""
    shared: float
    """Bytes of an entry in the file that all processes share."""
    peak: int
    """Bytes of memory that reading takes on top, for as long as it lasts, wherever it runs."""
    lookup: float
    """Seconds of a look-up, the median."""
    quiet: float
    """Seconds that a review waits and takes, the 99th percentile, while nothing changes."""
    swap: float
    """The same while the table is swapped."""
    longest: float
    """The longest of those."""


def digest(number: int) -> Digest:
    """Return the digest of entry *number*."""
    return Digest(f"sha256:{hashlib.sha256(str(number).encode()).hexdigest()}")


def write(file: Path, size: int, version: int) -> None:
    """Write a table of *size* entries, each with both ids, and put it in place at once."""
    with file.with_suffix(".new").open("w", encoding="utf-8") as stream:
        for number in range(size):
            ids = {"scanResultId": f"che{version}{number:016d}", "imageId": f"crp{number:017d}"}
            stream.write(f'{"," if number else "{"}\n"{digest(number)}": {json.dumps(ids)}')
        stream.write("\n}\n")
    file.with_suffix(".new").replace(file)


def measure(way: str, size: int, folder: Path) -> Cost:
    """Measure one way with a table of *size* entries."""
    file = folder / "table.json"
    write(file, size, 0)
    before = _resident()
    reader = TableReader(Workshop(folder), small_bytes=WAYS[way])
    load, table = _timed(lambda: reader.read(file, None))
    private = _resident() - before
    peak = max(_peak() - before - private, 0) + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    join, _ = _timed(lambda: TableReader(Workshop(folder), small_bytes=WAYS[way]).read(file, None))
    lookup = _median_lookup(table, size)
    shared = sum(compiled.stat().st_size for compiled in folder.glob("scangate-*/*.table"))
    write(file, size, 1)
    quiet, swap = _waits_around_swap(reader, file, table)
    return Cost(
        load=load,
        join=join,
        private=private / size,
        shared=shared / size,
        peak=peak,
        lookup=lookup,
        quiet=_percentile(quiet, 99),
        swap=_percentile(swap, 99),
        longest=max(swap),
    )


def _timed(work: Callable[[], Table]) -> tuple[float, Table]:
    start = time.perf_counter()
    table = work()
    return time.perf_counter() - start, table


def _resident() -> int:
    """Return the bytes that belong to this process alone; what it shares with files is not counted."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return (int(pages[1]) - int(pages[2])) * resource.getpagesize()


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _median_lookup(table: Table, size: int) -> float:
    seconds = []
    for key in [digest(random.randrange(size)) for _ in range(LOOKUPS)]:  # noqa: S311 - no secret
        start = time.perf_counter()
        table.hint(key)
        seconds.append(time.perf_counter() - start)
    return _percentile(seconds, 50)


def _waits_around_swap(reader: TableReader, file: Path, table: Table) -> tuple[list[float], list[float]]:
    """Return the waits of reviews while nothing happens, and while another thread puts a new table in place."""
    holder = [table]

    def swap() -> None:
        holder[0] = reader.read(file, holder[0])

    quiet = _waits(holder, lambda answered: answered < 1000)
    thread = threading.Thread(target=swap)
    thread.start()
    # One at the least: a swap may be over before anybody looks.
    return quiet, _waits(holder, lambda answered: answered == 0 or thread.is_alive())


def _waits(holder: list[Table], during: Callable[[int], bool]) -> list[float]:
    waits: list[float] = []
    due = time.perf_counter()
    while during(len(waits)):
        due += REVIEW_SECONDS
        time.sleep(max(0.0, due - time.perf_counter()))
        json.loads(REVIEW)
        for number in range(20):
            holder[0].hint(digest(number))
        waits.append(time.perf_counter() - due)
    return waits


def _percentile(values: list[float], percent: int) -> float:
    return sorted(values)[len(values) * percent // 100]
