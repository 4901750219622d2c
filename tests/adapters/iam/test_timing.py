"""When a token is renewed, and when an attempt that failed is made again."""

import pytest

from webhook.adapters.iam.timing import MAX_PAUSE_SECONDS, until_renewal, until_retry

FOREVER = float("inf")


@pytest.mark.parametrize(
    ("life", "max_age", "jitter", "seconds"),
    [
        (600.0, 3600.0, 0.0, 540.0),
        (600.0, 3600.0, 1.0, 486.0),
        (43200.0, 3600.0, 0.0, 3600.0),
        (43200.0, 3600.0, 1.0, 3240.0),
        (1.0, FOREVER, 0.0, 0.9),
        (FOREVER, 60.0, 0.5, 57.0),
        (FOREVER, FOREVER, 0.5, FOREVER),
    ],
)
def test_a_token_is_renewed_before_it_ends(life: float, max_age: float, jitter: float, seconds: float) -> None:
    """At nine tenths of its life or at the greatest age, and by chance up to a tenth earlier."""
    assert until_renewal(life, max_age, jitter) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 1.0), (1, 2.0), (2, 4.0), (3, 8.0), (4, 16.0), (5, 32.0), (6, 60.0), (7, 60.0), (1024, 60.0), (10**9, 60.0)],
)
def test_pauses_double_up_to_the_longest(failures: int, seconds: float) -> None:
    """However long an outage lasts; chance takes up to half of each, so that not all gates ask in step."""
    assert until_retry(failures, 1.0) == seconds
    assert until_retry(failures, 0.0) == seconds / 2
    assert until_retry(failures, 0.5) <= MAX_PAUSE_SECONDS
