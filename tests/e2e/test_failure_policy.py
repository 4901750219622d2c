"""What a real API server does where the gate gives no answer."""

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.certificates import Authority
from tests.e2e.apiserver import ApiServer
from tests.e2e.guarded import DOWN, pod, pod_spec, reached, release
from tests.e2e.installation import document
from tests.processes import eventually
from tests.service.registry import Registry
from tests.sockets import ScriptedServer, answer, hang, reset


def test_digests_are_asked_for_without_the_gate(
    cluster: ApiServer, namespace: str, world: Registry, authority: Authority, port: int
) -> None:
    """Where the API server itself asks for digests it does so while the gate is down, and lets the rest pass."""
    values = reached(port, authority, failurePolicy="Ignore") | {"requireDigests": {"enabled": True}}
    made = release(cluster, namespace, values)
    if cluster.api.send("GET", "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies").status == 404:
        pytest.skip("this API server has no ValidatingAdmissionPolicy")
    made.guard(namespace)
    made.apply()
    tagged = document("v1", "Pod", "tagged", namespace) | {"spec": pod_spec("cr.yandex/crp1/shop/api:v1")}
    eventually(lambda: cluster.api.create(tagged, dry_run=True).status in (403, 422))
    assert "digest" in cluster.api.create(tagged).message
    assert cluster.api.create(pod(namespace, world.app())).ok
    made.delete()


TROUBLES = {"500": answer(b"", status="500 Internal Server Error"), "hung": hang, "reset": reset}
"""What a gate may do that is no answer."""

CERTIFICATES = ["expired", "another authority"]
"""What may be wrong with its certificate."""


@pytest.fixture(params=[*TROUBLES, *CERTIFICATES])
def troubled(request: pytest.FixtureRequest, tmp_path: Path, authority: Authority) -> Iterator[dict[str, Any]]:
    """Serve a gate that is no good, and give the values with which the API server asks it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue(expired=request.param == "expired").write(tmp_path))
    script = TROUBLES.get(request.param, hang)
    expected = Authority() if request.param == "another authority" else authority
    with ScriptedServer(script, tls=context) as server:
        yield reached(urlsplit(server.url).port or 0, expected, timeoutSeconds=1)


def opened(cluster: ApiServer, namespace: str) -> bool:
    """Tell whether the API server has noted that it did without the gate in a namespace."""
    events = [event for event in cluster.audited() if event["objectRef"].get("namespace") == namespace]
    noted = [item for event in events for item in event["annotations"].items()]
    return any(key.startswith("failed-open.") and webhook == "validate.scangate.dev" for key, webhook in noted)


@pytest.mark.parametrize("policy", ["Fail", "Ignore"])
def test_gate_that_cannot_answer(
    cluster: ApiServer, namespace: str, world: Registry, troubled: dict[str, Any], policy: str
) -> None:
    """Where the gate fails, or its certificate is no good, the failure policy decides: `Fail` refuses."""
    made = release(cluster, namespace, troubled | {"webhook": troubled["webhook"] | {"failurePolicy": policy}})
    made.guard(namespace)
    made.apply()

    def decided() -> bool:
        answer = cluster.api.create(pod(namespace, world.app()), dry_run=True)
        return DOWN in answer.message if policy == "Fail" else answer.done() != {} and opened(cluster, namespace)

    eventually(decided)
    made.delete()
