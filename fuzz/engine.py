"""One target under the fuzzer, in a process of its own: `python -m fuzz.engine TARGET CORPUS… [-runs=N …]`.

Options are those of libFuzzer. The package is instrumented, so that an input which leads somewhere new is kept.
"""

import importlib
import sys
import time

import atheris

MAX_SECONDS = 2.0
"""Of processor time for one input. They are of at most some kilobytes, and most take less than a millisecond."""

PLAIN = ("webhook.core.printable",)
"""Runs for every character of every message, and leads nowhere: it would take most of the time."""


def main() -> None:
    """Fuzz the target that is named first."""
    name, *arguments = sys.argv[1:]
    with atheris.instrument_imports(include=["webhook"], exclude=[*PLAIN]):
        check = importlib.import_module(f"fuzz.{name}").check

    def timed(data: bytes) -> None:
        begun = time.process_time()
        check(data)
        seconds = time.process_time() - begun
        if seconds > MAX_SECONDS:
            raise TimeoutError(f"one input took {seconds:.1f} s")

    atheris.Setup([sys.argv[0], *arguments], timed)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
