"""What Prometheus reads: the metrics of all processes, joined."""

from prometheus_client.parser import text_string_to_metric_families

from webhook.adapters.metrics.exposition import expose
from webhook.adapters.metrics.ledger import Ledger
from webhook.adapters.metrics.meter import Meter
from webhook.core.metrics import FAMILIES, Family, Join, Sort

COUNTED = Family("scangate_counted_total", Sort.COUNTER, "Counted.", ("name",))
TOOK = Family("scangate_took_seconds", Sort.HISTOGRAM, "Took.", ("name",), (0.5, 1.0))
WORST = Family("scangate_worst", Sort.GAUGE, "Worst.", join=Join.LEAST)
BEST = Family("scangate_best", Sort.GAUGE, "Best.", join=Join.GREATEST)
TOGETHER = Family("scangate_together", Sort.GAUGE, "Together.", join=Join.SUM)


def read(text: bytes) -> dict[tuple[str, str], float]:
    """Return the samples by name and the values of their labels."""
    families = text_string_to_metric_families(text.decode())
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def test_processes_are_joined() -> None:
    """Counters and histograms are added; each gauge says in its own way how all of them are."""
    ledger = Ledger(3)
    for place, value in enumerate((0.4, 1.0)):
        meter = Meter(ledger.page(place))
        meter.count(COUNTED, ("a",), 2)
        meter.observe(TOOK, ("a",), value)
        meter.show({(WORST, ()): value, (BEST, ()): value, (TOGETHER, ()): value})
    text, _ = expose((COUNTED, TOOK, WORST, BEST, TOGETHER), ledger.entries(), "")

    assert read(text) == {
        ("scangate_counted_total", "a"): 4,
        ("scangate_took_seconds_bucket", "0.5,a"): 1,
        ("scangate_took_seconds_bucket", "1.0,a"): 2,
        ("scangate_took_seconds_bucket", "+Inf,a"): 2,
        ("scangate_took_seconds_count", "a"): 2,
        ("scangate_took_seconds_sum", "a"): 1.4,
        ("scangate_worst", ""): 0.4,
        ("scangate_best", ""): 1.0,
        ("scangate_together", ""): 1.4,
    }


def test_families_without_a_value_are_told_of() -> None:
    """With their type and meaning, for people who look for them."""
    text, content_type = expose(FAMILIES, [], "")

    assert content_type.startswith("text/plain")
    for family in FAMILIES:
        assert f"# TYPE {family.name} {family.sort.value}\n" in text.decode()
        assert f"# HELP {family.name} {family.help}\n" in text.decode()


def test_the_format_is_the_one_that_is_asked_for() -> None:
    """OpenMetrics ends with a line that says so."""
    accept = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2"
    text, content_type = expose(FAMILIES, Ledger(1).entries(), accept)

    assert content_type.startswith("application/openmetrics-text")
    assert text.endswith(b"# EOF\n")
