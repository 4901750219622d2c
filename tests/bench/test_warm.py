"""The figures of the warm part."""

from bench.documents import USUAL
from bench.figures import Better
from bench.loading import Measured, Run
from bench.warm import GATE, GO, GO_V1, NULL, Cell, figures, rows


def measured(requests: int, cpu: float) -> Measured:
    """Return what a second of requests measured."""
    return Measured(Run(requests, requests, 0, "", 1.0, 0.001, 0.002, 0.003), cpu)


FOUND = {
    GATE: [measured(300, 2e-5)],
    GO: [measured(100, 8e-5)],
    GO_V1: [measured(50, 9e-5)],
    NULL: [measured(600, 1e-5)],
}


def test_gate_is_compared_with_each_of_the_others() -> None:
    """More requests are better, and less of everything else; latencies are not held to a baseline."""
    found = dict(figures(Cell(USUAL, 16), FOUND))
    throughput, cpu = found["pod-10k c16 throughput gate/go"], found["pod-10k c16 CPU gate/null"]
    assert (throughput.value, throughput.better, throughput.steady) == (3.0, Better.MORE, True)
    assert (cpu.value, cpu.better, cpu.steady) == (2.0, Better.LESS, True)
    assert not found["pod-10k c16 p99 gate/go"].steady
    assert len(found) == 12


def test_rate_that_is_given_is_no_figure() -> None:
    """At a fixed rate all answer as much as they are asked; how soon is the question."""
    names = [name for name, _ in figures(Cell(USUAL, 8, 200.0), FOUND)]
    assert names == [f"pod-10k 200/s {what} gate/{other}" for other in (GO, GO_V1, NULL) for what in ("p50", "p99")]


def test_each_server_has_a_line() -> None:
    """With its times, and beside Go's."""
    assert list(rows(Cell(USUAL, 16), FOUND))[0] == [
        "pod-10k", "16", "gate", "300", "1.00", "2.00", "20", "3.00", "0.25", "6.00",
    ]  # fmt: skip
