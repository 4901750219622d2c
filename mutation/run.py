"""Puts faults into what decides, and prints how many the tests notice: `python -m mutation.run --help`.

The exit code is 1 if a module is below the bar.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click

from mutation.modules import ALSO, file_of, guarding, name_of
from mutation.mutants import Mutant, mutants
from mutation.trial import noticed, prepare

BAR = 0.95
"""Of the mutants that are not listed as the same program must be noticed."""

EQUIVALENT = Path(__file__).parent / "equivalent.txt"
"""Mutants that no test can tell from the module, each with its reason, read by a person."""

COLUMNS = ("module", "mutants", "noticed", "the same", "not noticed", "score")


@dataclass(frozen=True, slots=True)
class Score:
    """What became of the mutants of a module."""

    module: str
    noticed: int
    same: int
    living: tuple[Mutant, ...]

    @property
    def share(self) -> float:
        """The share that was noticed of those that could be."""
        could = self.noticed + len(self.living)
        return self.noticed / could if could else 1.0

    @property
    def cells(self) -> tuple[str, ...]:
        """Write it as a row."""
        numbers = (self.noticed + self.same + len(self.living), self.noticed, self.same, len(self.living))
        return self.module, *map(str, numbers), f"{self.share:.1%}"


@click.command()
@click.option("--module", "modules", multiple=True, type=click.Choice(sorted(ALSO)), help="Only this; may be repeated.")
@click.option("--processes", default=1, help="Mutants at the same time.")
def main(*, modules: tuple[str, ...], processes: int) -> None:
    """Try every mutant of the modules that decide."""
    prepare()
    same = equivalent(EQUIVALENT.read_text(encoding="utf-8"))
    scores = [tried(module, same, processes) for module in modules or ALSO]
    for line in table(scores):
        click.echo(line)
    raise SystemExit(int(any(score.share < BAR for score in scores)))


def tried(module: str, same: frozenset[str], processes: int) -> Score:
    """Try the mutants of one module; say of each that lives what it is."""
    tests = guarding(module)
    source = file_of(module).read_text(encoding="utf-8")
    name = name_of(module)
    if noticed(name, source, tests):
        raise click.ClickException(f"{module}: its tests fail without a fault")
    found = list(mutants(source))
    asked = [one for one in found if f"{module}.{one.what}" not in same]
    with ThreadPoolExecutor(processes) as pool:
        answers = list(pool.map(lambda one: noticed(name, one.source, tests), asked))
    living = tuple(one for one, seen in zip(asked, answers, strict=True) if not seen)
    for one in living:
        click.echo(f"{file_of(module)}:{one.line}: {module}.{one.what}", err=True)
    return Score(module, sum(answers), len(found) - len(asked), living)


def equivalent(text: str) -> frozenset[str]:
    """Return the mutants that are listed: a line each, below a comment that says why."""
    lines = (line.strip() for line in text.splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def table(scores: Sequence[Score]) -> Iterator[str]:
    """Yield the rows, and one for all."""
    for cells in (COLUMNS, ["--:"] * len(COLUMNS), *(score.cells for score in scores)):
        yield f"| {' | '.join(cells)} |"
    whole = Score(
        "all",
        sum(score.noticed for score in scores),
        sum(score.same for score in scores),
        tuple(one for score in scores for one in score.living),
    )
    yield f"| {' | '.join(whole.cells)} |"


if __name__ == "__main__":
    main()
