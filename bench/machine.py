"""The machine that a bench runs on, and what it says of processes."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

_TICKS = os.sysconf("SC_CLK_TCK")


def facts() -> dict[str, Any]:
    """Return what figures depend on."""
    model = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "processor": model[0].partition(": ")[2] if model else platform.machine(),
        "system": f"{platform.system()} {platform.release()}",
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "gunicorn": version("gunicorn"),
        "msgspec": version("msgspec"),
        "load": list(os.getloadavg()),
    }


def summary() -> str:
    """Return in one line what figures depend on."""
    number, python = len(os.sched_getaffinity(0)), platform.python_version()
    return f"{platform.system()} {platform.machine()}, {number} cores, Python {python}, gunicorn {version('gunicorn')}"


def cores() -> tuple[int, int]:
    """Return a core for servers and one for clients, which are the same where there is only one."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[-1 if len(usable) == 1 else 1]


def pinned(command: list[str], core: int, **options: Any) -> "subprocess.Popen[bytes]":
    """Start a program that runs on one core only, with all its threads and children."""
    return subprocess.Popen(command, preexec_fn=lambda: os.sched_setaffinity(0, {core}), **options)  # noqa: PLW1509, S603


def family(process: int) -> list[int]:
    """Return a process and its descendants."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [process, *(each for child in children for each in family(int(child)))]


def cpu_seconds(process: int) -> float:
    """Return the time that a process and its descendants have spent on a processor."""
    return sum(_cpu(each) for each in family(process))


def _cpu(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    # Of proc(5): utime and stime are the 14th and 15th field, and the second one ends at the bracket.
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory_bytes(process: int) -> int:
    """Return the proportional set size of a process: its own memory, and its part of what is shared."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
