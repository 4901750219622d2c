"""The network policies: what may reach the gate, and what it may reach."""

from typing import Any

import pytest

from tests.charts.release import release


def ports(rules: list[dict[str, Any]]) -> list[tuple[int, bool]]:
    """Return the port of each rule, and whether it is for chosen peers only."""
    return [(port["port"], bool(rule.get("from") or rule.get("to"))) for rule in rules for port in rule["ports"]]


def test_reviews_and_probes_come_in() -> None:
    """And nothing else, to no pod of the release."""
    gate, jobs = (release().one("NetworkPolicy", name)["spec"] for name in ("scangate", "scangate-jobs"))

    assert ports(gate["ingress"]) == [(8443, False), (8080, False)]
    assert gate["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in jobs


def test_the_hook_can_ask_wherever_reviews_come_from() -> None:
    """Where reviews come from chosen addresses only, pods of the release may ask still."""
    rule = release("everything").one("NetworkPolicy")["spec"]["ingress"][0]
    labels = {name: template["metadata"]["labels"] for name, template in release("everything").pods()}
    (hook,) = [found for name, found in labels.items() if name.startswith("scangate-activate")]

    assert rule["from"][0] == {"ipBlock": {"cidr": "10.0.0.0/8"}}
    assert rule["from"][1]["podSelector"]["matchLabels"].items() <= hook.items()


@pytest.mark.parametrize(("name", "reached"), [("identity-metadata", True), ("identity-federation", False)])
def test_the_metadata_service_is_reached_by_those_who_need_it(name: str, reached: bool) -> None:
    """It gives tokens of the node away: link-local addresses are closed but for that identity."""
    egress = release(name).one("NetworkPolicy")["spec"]["egress"]
    blocks = [peer["ipBlock"] for rule in egress for peer in rule.get("to", [])]

    assert ({"cidr": "169.254.169.254/32"} in blocks) is reached
    assert {"cidr": "0.0.0.0/0", "except": ["169.254.0.0/16"]} in blocks


@pytest.mark.parametrize(("name", "reached"), [("self-check", True), ("namespace-labels", True), ("defaults", False)])
def test_the_api_server_is_reached_by_a_gate_that_asks_it(name: str, reached: bool) -> None:
    """On the port that it usually has behind its Service."""
    egress = release(name).one("NetworkPolicy")["spec"]["egress"]

    assert ((6443, False) in ports(egress)) is reached


@pytest.mark.parametrize(
    ("name", "port"),
    [("everything", 3128), ("everything", 80), ("proxy", 443), ("everything", 8443)],
)
def test_proxies_are_reached(name: str, port: int) -> None:
    """The port of a proxy is open, also where its URL leaves it out, and what else was asked for."""
    egress = release(name).one("NetworkPolicy")["spec"]["egress"]

    assert (port, False) in ports(egress)
