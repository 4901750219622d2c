"""Objects of a cluster as values."""

from datetime import UTC, datetime, timedelta

import pytest

from webhook.core.cluster import Lease, ObjectName, StoredSecret, Version

NOW = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("holder", "seconds_ago", "held"),
    [
        pytest.param("another", 0, True, id="just renewed"),
        pytest.param("another", 59, True, id="nearly over"),
        pytest.param("another", 60, False, id="over"),
        pytest.param("another", -30, True, id="renewed by a clock that is a little ahead"),
        pytest.param("another", -61, False, id="renewed by a clock that is wrong"),
        pytest.param("another", None, False, id="never renewed"),
        pytest.param("me", 0, False, id="mine"),
        pytest.param("", 0, False, id="nobody's"),
    ],
)
def test_lease(holder: str, seconds_ago: int | None, held: bool) -> None:
    """It is held by another one from its renewal for as long as it lasts."""
    renewed = None if seconds_ago is None else NOW - timedelta(seconds=seconds_ago)
    assert Lease(Version("1"), holder, renewed, 60).held_by_another("me", now=NOW) is held


def test_content_of_a_secret_stays_out_of_sight() -> None:
    """It is not in the repr."""
    assert "key" not in repr(StoredSecret(Version("1"), {"tls.key": b"key"}))


def test_name() -> None:
    """It is written with the namespace first."""
    assert str(ObjectName("scangate", "tls")) == "scangate/tls"
