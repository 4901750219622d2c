"""Part f: what a webhook adds to the creation of a pod, through a real API server, if its programs are here."""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial

from bench.figures import Better, Figure, median_of, ratio_of, rounds
from bench.rendering import milliseconds, table
from bench.servers import Place
from tests.e2e.apiserver import ApiServer, api_server
from tests.e2e.creations import Webhook, clients
from tests.e2e.installation import document
from tests.e2e.programs import binaries
from tests.load import Ask
from tests.processes import eventually
from tests.service.registry import App, Registry, new_app, registry

NONE, GO, GATE = "none", "go", "gate"

COLUMNS = ("webhook", "creation, ms", "added, ms", "added/Go")

NOT_HERE = "Not measured: there are no etcd and kube-apiserver."


def run(place: Place, number: int, pods: int) -> tuple[dict[str, Figure], str]:
    """Measure, and return the figures and the table; nothing where there is no API server."""
    if (programs := binaries()) is None:
        return {}, NOT_HERE
    with registry() as world, api_server(place.made("cluster"), programs) as cluster, ExitStack() as stack:
        apps = world.apps(1)
        asks = stack.enter_context(_webhooks(place, cluster, world, apps))
        for ask in asks.values():
            ask(apps[0])
        found = rounds(number, {name: partial(_creation, ask, apps[0], pods) for name, ask in asks.items()})
    added = {name: [max(0.0, it - none) for it, none in zip(found[name], found[NONE], strict=True)] for name in found}
    ratio = {name: ratio_of(added[name], added[GO]) for name in found}
    rows = [
        [name, milliseconds(median_of(times)), milliseconds(median_of(added[name])), f"{ratio[name]:.2f}"]
        for name, times in found.items()
    ]
    figure = Figure(value=ratio[GATE], better=Better.LESS, steady=False)
    return {"added to a creation gate/go": figure}, table(COLUMNS, rows)


@contextmanager
def _webhooks(place: Place, cluster: ApiServer, world: Registry, apps: list[App]) -> Iterator[Mapping[str, Ask]]:
    """Give what tries to create a pod, in a namespace without a webhook, with Go's, and with the gate's."""
    with ExitStack() as stack:
        ports = {
            NONE: 0,
            GO: stack.enter_context(place.go(apps)).port,
            GATE: stack.enter_context(place.gate(world)).port,
        }
        asks: dict[str, Ask] = {}
        for name, port in ports.items():
            cluster.api.apply(document("v1", "Namespace", name))
            [asks[name]] = stack.enter_context(clients(cluster, name, 1))
            if port:
                Webhook(cluster, name, port).trust([place.authority])
                # The API server takes a webhook up with a delay; neither lets an unknown image pass.
                eventually(partial(_refused, asks[name]))
        yield asks


def _refused(ask: Ask) -> bool:
    return bool(ask(new_app()))


def _creation(ask: Ask, app: App, pods: int) -> float:
    """Return the median time of so many creations, none of which is kept."""
    times = []
    for _ in range(pods):
        begun = time.perf_counter()
        if refusal := ask(app):
            raise RuntimeError(refusal)
        times.append(time.perf_counter() - begun)
    return median_of(times)
