"""How far a long job is."""

from webhook.wiring.progress import Progress


def test_without_a_terminal() -> None:
    """There is a line now and then, and one at the end."""
    said: list[str] = []
    progress = Progress(said.append, terminal=False)
    for number in range(1, 101):
        progress.listed(number)
    for number in range(1, 101):
        progress.scanned(number, of=100)
    assert said == ["scans of 100 of 100 images read\n"]


def test_on_a_terminal() -> None:
    """There is a bar, which is drawn over."""
    said: list[str] = []
    progress = Progress(said.append, terminal=True)
    progress.scanned(2, of=2)
    assert said == [f"\r[{'#' * 30}]  scans of 2 of 2 images read\n"]
