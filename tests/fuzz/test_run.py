"""The table of the fuzzer."""

from fuzz.run import dictionary, read

LOG = """\
#2	INITED cov: 12 ft: 13 corp: 1/1b exec/s: 0 rss: 45Mb
#4096	pulse  cov: 120 ft: 130 corp: 20/300b lim: 100 exec/s: 2048 rss: 45Mb
artifact_prefix='build/fuzz/x/'; Test unit written to build/fuzz/x/crash-1
stat::number_of_executed_units: 4321
stat::average_exec_per_sec:     2048
"""


def test_last_figures_count() -> None:
    """And the file with the input that was found is named."""
    outcome = read("x", LOG, 77)

    assert outcome.failed
    assert outcome.cells == ("x", "4,321", "2,048", "20", "120", "build/fuzz/x/crash-1")


def test_nothing_that_was_found_is_told_apart_from_nothing_that_ran() -> None:
    """A target that does not start is no success."""
    assert read("x", LOG.replace("Test unit written to", ""), 0).cells[-1] == "0"
    assert read("x", "Traceback", 1).cells == ("x", "0", "0", "0", "0", "did not run")


def test_words_are_written_as_the_fuzzer_reads_them() -> None:
    """Quotes and backslashes are escaped."""
    assert list(dictionary(["a", 'b"c\\d'])) == ['"a"\n', '"b\\"c\\\\d"\n']
