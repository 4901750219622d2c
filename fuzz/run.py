"""Fuzzes every target for a while, and prints a table: `python -m fuzz.run --help`.

The exit code is 1 if something was found; the table names the file with the input.
"""

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from fuzz.targets import CORPUS, TARGETS, words_of

FOLDER = Path("build/fuzz")
"""For what is made here: larger corpora, logs, and inputs that were found."""

COLUMNS = ("target", "executions", "per second", "corpus", "edges", "findings")

OPTIONS = ("-timeout=30", "-rss_limit_mb=2048", "-print_final_stats=1", "-max_len=4096")

_STATUS = re.compile(r"cov: (?P<edges>\d+) ft: \d+ corp: (?P<corpus>\d+)/")
_EXECUTED = re.compile(r"stat::number_of_executed_units: (\d+)")
_SPEED = re.compile(r"stat::average_exec_per_sec: +(\d+)")
_FINDING = re.compile(r"Test unit written to (.+)")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a target."""

    target: str
    executions: int
    speed: int
    corpus: int
    edges: int
    findings: tuple[str, ...]
    failed: bool

    @property
    def cells(self) -> tuple[str, ...]:
        """Write it as a row."""
        found = ", ".join(self.findings) or ("did not run" if self.failed else "0")
        return self.target, f"{self.executions:,}", f"{self.speed:,}", str(self.corpus), str(self.edges), found


@click.command()
@click.option("--runs", default=20_000, help="Inputs for each target.")
@click.option("--seconds", default=0, help="Stop a target after so long, whatever --runs says; 0: never.")
@click.option("--target", "targets", multiple=True, type=click.Choice(TARGETS), help="Only this one; may be repeated.")
@click.option("--seed", default=0, help="For the same inputs again; 0: others each time.")
def main(*, runs: int, seconds: int, targets: tuple[str, ...], seed: int) -> None:
    """Fuzz one target after another."""
    limits = [f"-runs={runs}", *([f"-max_total_time={seconds}"] if seconds else []), f"-seed={seed}"]
    failed = False
    for line in (COLUMNS, ["--:"] * len(COLUMNS)):
        click.echo(_row(line))
    for target in targets or TARGETS:
        outcome = fuzz(target, limits)
        failed = failed or outcome.failed
        click.echo(_row(outcome.cells))
    raise SystemExit(int(failed))


def fuzz(target: str, limits: Sequence[str]) -> Outcome:
    """Fuzz one target; what is found lies below `FOLDER`."""
    folder = FOLDER / target
    grown = folder / "corpus"
    grown.mkdir(parents=True, exist_ok=True)
    words = folder / "words"
    words.write_text("".join(dictionary(words_of(target))) or '"a"\n')
    log = folder / "log"
    command = [sys.executable, "-m", "fuzz.engine", target, str(grown), str(CORPUS / target)]
    with log.open("wb") as stream:
        options = [*limits, *OPTIONS, f"-artifact_prefix={folder}/", f"-dict={words}"]
        code = subprocess.run([*command, *options], stdout=stream, stderr=stream, check=False).returncode  # noqa: S603
    return read(target, log.read_text(errors="replace"), code)


def dictionary(words: Sequence[str]) -> Iterator[str]:
    """Yield *words* as libFuzzer reads them."""
    for word in words:
        escaped = word.replace("\\", "\\\\").replace('"', '\\"')
        yield f'"{escaped}"\n'


def read(target: str, log: str, code: int) -> Outcome:
    """Return what the fuzzer says in *log*, which ended with *code*."""
    status = list(_STATUS.finditer(log))
    executed, speed = _EXECUTED.search(log), _SPEED.search(log)
    return Outcome(
        target,
        int(executed[1]) if executed else 0,
        int(speed[1]) if speed else 0,
        int(status[-1]["corpus"]) if status else 0,
        int(status[-1]["edges"]) if status else 0,
        tuple(_FINDING.findall(log)),
        code != 0,
    )


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
