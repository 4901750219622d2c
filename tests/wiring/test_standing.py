"""How things stand in a process: what of it is shown."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from tests.processes import eventually
from tests.wiring.gates import change, loaded, write_gate
from webhook.core.metrics import PREFIX
from webhook.wiring.clock import now
from webhook.wiring.loading import Configuration
from webhook.wiring.running import RunningGate
from webhook.wiring.standing import Standing


@dataclass
class Certificate:
    """A certificate that ends when it is told to."""

    end: datetime | None
    problem: str | None = None
    failures: int = 0


@dataclass
class Stand:
    """A running gate, and how it stands."""

    configuration: Configuration
    running: RunningGate
    certificate: Certificate
    draining: bool = False

    def __post_init__(self) -> None:
        """Look at it."""
        self.standing = Standing(self.running, self.configuration, self.certificate, draining=lambda: self.draining)

    def levels(self) -> Mapping[str, float]:
        """Return the gauges as they are written: `name{value,value}`."""
        return {
            f"{family.name.removeprefix(PREFIX)}{{{','.join(labels)}}}": value
            for (family, labels), value in self.standing.levels()
        }


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Callable[..., Stand]]:
    """Make a gate whose configuration says something more."""
    made: list[Stand] = []

    def make(more: str = "", **variables: str) -> Stand:
        config = write_gate(tmp_path)
        (tmp_path / "table.yaml").write_text("sha256:" + "0" * 64 + ": che1\n")
        config.write_text(config.read_text() + more)
        configuration = loaded(config, **variables)
        made.append(Stand(configuration, RunningGate(configuration.value()), Certificate(now())))
        configuration.start(made[0].running.follow)
        return made[0]

    yield make
    for each in made:
        each.configuration.stop()
        each.running.stop()


def test_what_is_in_use_is_shown(stand: Callable[..., Stand]) -> None:
    """Version, policy with its rules and modes, table, and that all of it is what the files say."""
    found = stand("table: table.yaml\n").levels()
    (policy,) = [name for name in found if name.startswith("policy_info")]

    assert policy.startswith("policy_info{sha256:")
    assert found["policy_rule_info{default,enforce}"] == 1
    assert found["table_entries{}"] == 1
    assert found["ready{}"] == found["workers{}"] == found["token_renewal_successful{}"] == 1
    assert {name for name in found if name.startswith("last_reload")} == {
        f"last_reload_successful{{{what}}}" for what in ("configuration", "policy", "certificate", "table")
    }
    assert any(name.startswith("build_info{0.") for name in found)


def test_what_there_is_not_is_not_shown(stand: Callable[..., Stand]) -> None:
    """No table, no end of a token that nobody knows, none of a certificate that cannot be read."""
    made = stand()
    made.certificate.end = None
    found = made.levels()

    assert not [name for name in found if "table" in name or "expiry" in name]
    assert set(made.standing.failures()) == {"configuration", "policy", "certificate"}


def test_ends_are_moments(stand: Callable[..., Stand]) -> None:
    """Seconds since 1970, of the certificate that is served by."""
    made = stand()
    made.certificate.end = datetime.fromisoformat("2030-01-01T00:00:00+00:00")

    assert made.levels()["certificate_expiry_timestamp_seconds{}"] == 1893456000


def test_a_process_that_drains_is_not_ready(stand: Callable[..., Stand]) -> None:
    """Nor is one that never had a token."""
    made = stand()
    made.draining = True

    assert made.levels()["ready{}"] == 0


def test_a_table_is_as_old_as_its_last_change(stand: Callable[..., Stand]) -> None:
    """A look at it makes it no younger; a change does."""
    made = stand("table: table.yaml\n")
    first = made.levels()["table_last_load_timestamp_seconds{}"]
    again = made.levels()["table_last_load_timestamp_seconds{}"]
    table = made.running.loaded.table
    assert table is not None
    table.path.write_text("{}")
    table.look()
    table.look()

    assert first == again <= now().timestamp()
    assert made.levels()["table_last_load_timestamp_seconds{}"] > first
    assert made.levels()["table_entries{}"] == 0


def test_a_table_that_is_named_later_is_shown(stand: Callable[..., Stand]) -> None:
    """What the configuration says now is what is looked at."""
    made = stand()
    change(made.configuration, "table: table.yaml\n")

    assert made.levels()["table_entries{}"] == 1


def test_breakers_are_shown_by_host(stand: Callable[..., Stand]) -> None:
    """Of every host that was called, once it was."""
    made = stand("cloud: {endpoint: 'http://127.0.0.1:1', allowHttp: true}\n")
    eventually(lambda: "circuit_breaker_open{127.0.0.1:1}" in made.levels())
