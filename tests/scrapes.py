"""What Prometheus would read from a gate."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from tests.gates import Gate


@dataclass(frozen=True, slots=True)
class Scrape:
    """The samples of a moment."""

    samples: tuple[Sample, ...]

    def matching(self, name: str, **labels: str) -> Iterator[Sample]:
        """Yield the samples of that name with at least these labels."""
        wanted = labels.items()
        return (sample for sample in self.samples if sample.name == name and wanted <= sample.labels.items())

    def total(self, name: str, **labels: str) -> float:
        """Return the sum of them."""
        return sum(sample.value for sample in self.matching(name, **labels))

    def labels(self, name: str) -> set[str]:
        """Return the labels that samples of that name have."""
        return {label for sample in self.matching(name) for label in sample.labels}


def parsed(text: str) -> Scrape:
    """Return the samples of an exposition."""
    families = text_string_to_metric_families(text)
    return Scrape(tuple(sample for family in families for sample in family.samples))


def scrape(gate: Gate) -> Scrape:
    """Read the metrics of a running gate."""
    answer = gate.probe("/metrics")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    return parsed(answer.body.decode())
