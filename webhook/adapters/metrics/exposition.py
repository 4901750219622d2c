"""The pages of all processes as Prometheus reads them. All of prometheus_client is here."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import assert_never

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from webhook.adapters.metrics.ledger import COUNT, LEVEL, TOTAL, Entries
from webhook.core.metrics import Family, Join, Sort

JOINS: Mapping[Join, Callable[[Iterable[float]], float]] = {Join.SUM: sum, Join.LEAST: min, Join.GREATEST: max}

Labels = tuple[str, ...]

Values = Mapping[Labels, Mapping[str, Sequence[float]]]
"""By labels and part, what each process has."""


class _Collected(Collector):
    """What was read, in the terms of the library."""

    def __init__(self, families: Sequence[Family], pages: Iterable[Entries]) -> None:
        self._families = families
        self._values: dict[str, dict[Labels, dict[str, list[float]]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(list))
        )
        for page in pages:
            for key, value in page.items():
                self._values[key.family][key.labels][key.part].append(value)

    def collect(self) -> Iterator[Metric]:
        """Yield every family, those without a value too: it is said that they exist."""
        return (_metric(family, self._values.get(family.name, {})) for family in self._families)


def expose(families: Sequence[Family], pages: Iterable[Entries], accept: str) -> tuple[bytes, str]:
    """Return the metrics of all *pages* in the format that *accept*, a header, asks for, and its content type."""
    registry = CollectorRegistry()
    registry.register(_Collected(families, pages))
    encoder, content_type = choose_encoder(accept)
    return encoder(registry), content_type


def _metric(family: Family, values: Values) -> Metric:
    match family.sort:
        case Sort.COUNTER:
            counter = CounterMetricFamily(family.name, family.help, labels=family.labels)
            for labels, parts in sorted(values.items()):
                counter.add_metric(labels, sum(parts[COUNT]))
            return counter
        case Sort.GAUGE:
            gauge = GaugeMetricFamily(family.name, family.help, labels=family.labels)
            for labels, parts in sorted(values.items()):
                gauge.add_metric(labels, JOINS[family.join](parts[LEVEL]))
            return gauge
        case Sort.HISTOGRAM:
            return _histogram(family, values)
        case _:
            assert_never(family.sort)


def _histogram(family: Family, values: Values) -> Metric:
    histogram = HistogramMetricFamily(family.name, family.help, labels=family.labels)
    ends = [*(str(float(end)) for end in family.buckets), "+Inf"]
    for labels, parts in sorted(values.items()):
        amounts = accumulate(sum(parts.get(str(bucket), ())) for bucket in range(len(ends)))
        histogram.add_metric(labels, list(zip(ends, amounts, strict=True)), sum(parts.get(TOTAL, ())))
    return histogram
