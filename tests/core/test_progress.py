"""The line that says how far a reading has come."""

import pytest

from webhook.core.progress import WIDTH, Progress


@pytest.mark.parametrize(
    ("progress", "shown"),
    [
        (Progress(0, 0, 100), f"[{'-' * WIDTH}]   0%  0 lines"),
        (Progress(5000, 50, 100), f"[{'#' * 15}{'-' * 15}]  50%  5,000 lines"),
        (Progress(9, 101, 100), f"[{'#' * WIDTH}] 100%  9 lines"),
        (Progress(1000, 0, None), "1,000 lines"),
        (Progress(0, 0, 0), "0 lines"),
    ],
)
def test_progress(progress: Progress, shown: str) -> None:
    """A bar with a percentage where the end is known, else a count; a file may have grown meanwhile."""
    assert str(progress) == shown
