"""What was asked of the emulator."""

from tests.emulator.serving import API, NOW, Served
from webhook.emulator.calls import KEPT, Call, Calls, matches


def call(path: str, method: str = "GET") -> Call:
    """Return a call of *path*."""
    return Call(method=method, path=path, account="aje", at=NOW)


def test_globs_are_over_the_path_or_over_method_and_path() -> None:
    """A pattern with a space begins with the method; a star crosses slashes."""
    assert matches("/v1/*", "GET", "/v1/scans/che1")
    assert matches("POST *", "POST", "/v1/scans")
    assert not matches("POST *", "GET", "/v1/scans")
    assert not matches("/scans/*", "GET", "/v1/scans/che1")


def test_calls_are_counted_and_listed_in_order(registry: Served) -> None:
    """Every request of the services is there, with whose it was."""
    registry.get("/scans/cheapi")
    registry.get("/scans/cheapi")
    registry.ask("GET", f"{API}/images/crpapi", headers={"Authorization": ""})

    calls = registry.emulator.calls
    assert calls.count(f"GET {API}/scans/*") == 2
    assert calls.count() == 3
    assert calls.counts() == {f"GET {API}/scans/cheapi": 2, f"GET {API}/images/crpapi": 1}
    assert [one.account for one in calls.list()] == ["anybody", "anybody", None]


def test_calls_can_be_forgotten() -> None:
    """After `clear` counting begins anew."""
    calls = Calls()
    with calls.noted(call("/a")):
        pass
    calls.clear()

    assert (calls.count(), calls.list(), calls.peak) == (0, (), 0)


def test_the_peak_is_the_most_calls_at_once() -> None:
    """Calls are open for as long as they are being answered."""
    calls = Calls()
    with calls.noted(call("/a")), calls.noted(call("/b")):
        assert calls.open == 2
    with calls.noted(call("/c")):
        assert calls.open == 1

    assert (calls.open, calls.peak) == (0, 2)


def test_the_list_is_bounded_and_the_count_is_not() -> None:
    """Old calls are only counted."""
    calls = Calls()
    for number in range(KEPT + 5):
        with calls.noted(call(f"/{number % 2}")):
            pass

    assert (calls.count(), len(calls.list())) == (KEPT + 5, KEPT)
