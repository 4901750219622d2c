"""The metrics of a gate of two processes, after reviews of every kind."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest

from tests.ages import SETTINGS, write_jobs
from tests.builders import body, pod
from tests.certificates import Authority
from tests.charts.monitoring import expressions
from tests.gates import Gate, Setup, gate, post
from tests.processes import Document, eventually
from tests.promql import TARGET_LABELS, reading
from tests.scrapes import Scrape, scrape
from tests.service.accounts import Guarded, guarded
from tests.service.registry import Registry, asked
from webhook.core.metrics import FAMILIES, Sort
from webhook.core.workloads import Kind
from webhook.emulator.faults import Status

ROUNDS = 12
"""Each review goes over a connection of its own, so that both processes get some."""


@dataclass(frozen=True, slots=True)
class Smoke:
    """What was sent, and what was read then."""

    sent: Counter[str]
    """Requests by the decision that was to come of them."""
    scrape: Scrape


@pytest.fixture(scope="module")
def cloud() -> Iterator[Guarded]:
    """A registry that lets one account in."""
    with guarded() as served:
        yield served


@pytest.fixture(scope="module")
def world(cloud: Guarded) -> Registry:
    """The registry itself."""
    return cloud.registry


@pytest.fixture(scope="module")
def server(cloud: Guarded, authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """A gate of two processes with a table, an exemption and an audit, and with a key, so that its tokens end."""
    folder = tmp_path_factory.mktemp("gate")
    cloud.key_file(folder)
    write_jobs(folder)
    setup = Setup(
        registry=cloud.registry.url,
        server={"workers": 2},
        policy={"exemptions": [{"reason": "a", "owner": "b", "expires": "2998-12-31", "images": ["quay.io/**"]}]},
        settings={"identity": {"keyFile": "key.json"}} | SETTINGS,
        environment={},
    )
    with gate(folder, authority, setup) as running:
        yield running


def kind(document: Document, name: str) -> Document:
    """Return the review with the object called something else, by a stranger."""
    document["request"]["kind"] = {"group": "stranger.example", "version": "v1", "kind": name}
    return document


def smoke(server: Gate, world: Registry) -> Counter[str]:
    """Send reviews that pass, that do not, that cannot be judged, and that are none."""
    good, bad, broken = world.app(), world.app(critical=3), world.app()
    sent: Counter[str] = Counter()
    for number in range(ROUNDS):
        assert server.judge(good.review())["allowed"] is True
        assert server.judge(bad.review())["allowed"] is False
        assert server.judge(asked(pod("cr.yandex/crp1/shop/api:latest")))["allowed"] is False
        assert server.post(b"no review").status == 400
        assert server.judge(kind(good.review(), f"Odd{number}"))["allowed"] is True
        assert server.post(body(good.review()), "/elsewhere").status == 404
        sent += Counter(allow=2, deny=2, error=1)
    world.emulator.faults.add(Status(status=500, path=f"*/scans/{broken.scan_id}"))
    assert server.judge(broken.review())["allowed"] is False
    world.emulator.faults.clear()
    return sent + Counter(deny=1)


@pytest.fixture(scope="module")
def smoked(server: Gate, world: Registry) -> Smoke:
    """The gate after that."""
    sent = smoke(server, world)
    return Smoke(sent, scrape(server))


def test_processes_add_up(smoked: Smoke) -> None:
    """Each request was counted once, by whichever process it came to; both answered some."""
    read = {
        decision: smoked.scrape.total("scangate_admission_requests_total", decision=decision)
        for decision in smoked.sent
    }

    assert read == dict(smoked.sent)
    assert smoked.scrape.total("scangate_admission_duration_seconds_count") == smoked.sent.total()
    assert smoked.scrape.total("scangate_workers") == smoked.scrape.total("scangate_worker_starts_total") == 2
    assert smoked.scrape.total("scangate_http_responses_total") == smoked.sent.total() + ROUNDS
    assert smoked.scrape.total("scangate_admission_requests_in_flight") == 0


def test_reasons_and_calls_are_told_apart(smoked: Smoke) -> None:
    """By rule, mode, reason and decision; each attempt of a call by its method and status."""
    findings, calls = "scangate_image_findings_total", "scangate_upstream_request_duration_seconds_count"
    deny = {"rule": "default", "mode": "enforce", "decision": "deny"}

    assert smoked.scrape.total(findings, reason="over-limits", **deny) == ROUNDS
    assert smoked.scrape.total(findings, reason="unpinned", **deny) == ROUNDS
    assert smoked.scrape.total(findings, reason="unavailable", **deny) == 1
    assert smoked.scrape.total(calls, method="Scanner.Get", code="500") >= 1
    assert smoked.scrape.total(calls, method="Image.Get", code="200") >= 2
    assert smoked.scrape.total("scangate_cache_requests_total", what="scan", result="hit") > 0


def test_no_stranger_chooses_a_label(smoked: Smoke) -> None:
    """Kinds that nobody configured are one."""
    kinds = {sample.labels["kind"] for sample in smoked.scrape.matching("scangate_admission_requests_total")}

    assert "other" in kinds
    assert "Pod" in kinds
    assert not [each for each in kinds if each.startswith("Odd")]
    assert str(Kind("stranger.example", "Odd1")) not in kinds


def test_every_metric_is_there_with_its_labels(smoked: Smoke) -> None:
    """After a smoke load each of the list has a sample, with the labels that are said of it."""
    for family in FAMILIES:
        name = family.name + ("_count" if family.sort is Sort.HISTOGRAM else "")
        assert any(smoked.scrape.matching(name)), name
        assert smoked.scrape.labels(name) == set(family.labels), name


@pytest.mark.parametrize("expression", expressions())
def test_what_dashboard_and_alerts_read_is_exposed(smoked: Smoke, expression: str) -> None:
    """Each metric in it has samples, with the labels by which it is chosen or grouped."""
    read = reading(expression)
    exposed = frozenset[str]().union(*(smoked.scrape.labels(name) for name in read.metrics)) | TARGET_LABELS

    assert [name for name in read.metrics if not any(smoked.scrape.matching(name))] == []
    assert [
        (name, label) for name, label in read.matched if label not in smoked.scrape.labels(name) | TARGET_LABELS
    ] == []
    assert read.grouped <= exposed


def test_a_process_that_dies_takes_no_count_with_it(server: Gate, world: Registry, smoked: Smoke) -> None:
    """What it had counted stays, its successor goes on with it, and the dead is one of two processes no more."""
    before = scrape(server)
    children = f"/proc/{server.process.process.pid}/task/{server.process.process.pid}/children"
    with open(children, encoding="ascii") as listed:
        victim = int(listed.read().split()[0])
    os.kill(victim, signal.SIGKILL)
    eventually(lambda: scrape(server).total("scangate_worker_starts_total") == 3)
    eventually(lambda: scrape(server).total("scangate_workers") == 2)
    after = scrape(server)

    requests = "scangate_admission_requests_total"
    assert after.total(requests) == before.total(requests) == smoked.sent.total()
    assert server.judge(world.app().review())["allowed"] is True
    assert scrape(server).total(requests) == smoked.sent.total() + 1


def test_one_connection_is_counted_as_many(server: Gate, world: Registry) -> None:
    """Requests count, not connections; what is refused for its path is an answer and no review."""
    app, before = world.app(), scrape(server)
    with closing(server.connect()) as connection:
        for _ in range(5):
            assert post(connection, body(app.review())).status == 200
    after = scrape(server)

    for name in ("scangate_admission_requests_total", "scangate_http_responses_total"):
        assert after.total(name) - before.total(name) == 5
