"""A small kubelet for the pods of a release: their volumes are folders, their containers processes of this machine.

It knows what the chart's pods are made of and no more: one container, whose arguments are a command of scangate.
Programs see this machine's folders instead of ones of their own, so paths below /etc/scangate are rewritten.
Where a pod has a service account's token, $KUBECONFIG stands for what would be mounted.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.api import Document
from tests.e2e.apiserver import ApiServer
from tests.e2e.volumes import Volume
from tests.processes import Process

MOUNTS = "/etc/scangate"
INTERVAL_SECONDS = 0.2
"""A real kubelet takes up to a minute to see a change; nobody waits for that here."""


class Pod:
    """A pod, from the moment that the kubelet knows of it."""

    def __init__(self, cluster: ApiServer, content: Document, folder: Path) -> None:
        """Keep its files in *folder*."""
        self.content = content | {"apiVersion": "v1", "kind": "Pod"}
        self.process: Process | None = None
        self._cluster, self._folder, self._phase = cluster, folder, "Pending"
        [self._container] = content["spec"]["containers"]
        sources = {volume["name"]: volume for volume in content["spec"]["volumes"]}
        self._volumes = [
            Volume(sources[mount["name"]], folder / mount["mountPath"].lstrip("/"), self._moved)
            for mount in self._container["volumeMounts"]
            if "emptyDir" not in sources[mount["name"]]
        ]

    def look(self) -> None:
        """Take the next step: refresh what is mounted, start the program once all of it is, and say what it does."""
        if self._phase in ("Succeeded", "Failed"):
            return
        mounted = [volume.refresh(self._cluster.api, self.content["metadata"]["namespace"]) for volume in self._volumes]
        if self.process is None and all(mounted):
            self.process = self._start()
        if self.process is not None:
            self._report(self.process.process.poll())

    def end(self) -> None:
        """End its program."""
        if self.process is not None:
            self.process.end()

    def _start(self) -> Process:
        arguments = [self._moved(each) for each in self._container["args"]]
        environment = {each["name"]: self._moved(each["value"]) for each in self._container.get("env", [])}
        spec = self.content["spec"]
        if spec["automountServiceAccountToken"]:
            namespace = self.content["metadata"]["namespace"]
            account = self._cluster.kubeconfig_of_account(namespace, spec["serviceAccountName"])
            environment["KUBECONFIG"] = str(account)
        return Process("webhook", *arguments, environment=environment)

    def _report(self, code: int | None) -> None:
        """Say that the pod runs, or how it has ended: controllers and Helm wait for that."""
        phase = "Running" if code is None else "Succeeded" if code == 0 else "Failed"
        if phase != self._phase:
            self._phase = phase
            ready = {"type": "Ready", "status": str(phase == "Running")}
            status = {"status": {"phase": phase, "conditions": [ready]}}
            self._cluster.api.patch(self.content, status, subresource="status")

    def _moved(self, text: str) -> str:
        return text.replace(MOUNTS, f"{self._folder}{MOUNTS}")


class Kubelet:
    """Runs the pods of one namespace."""

    def __init__(self, cluster: ApiServer, namespace: str, folder: Path) -> None:
        """Run them in *folder*."""
        self._cluster, self._namespace, self._folder = cluster, namespace, folder
        self._stopped = threading.Event()
        self._pods: dict[str, Pod] = {}

    def run(self) -> None:
        """Look after the pods until stopped, and then end all of them."""
        try:
            while not self._stopped.wait(INTERVAL_SECONDS):
                self._look()
        finally:
            for pod in self._pods.values():
                pod.end()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()

    def programs(self, component: str) -> list[Process]:
        """Return the programs that were started for a component of the release, the oldest first."""
        label = "app.kubernetes.io/component"
        mine = [pod for pod in list(self._pods.values()) if pod.content["metadata"]["labels"][label] == component]
        return [pod.process for pod in mine if pod.process is not None]

    def _look(self) -> None:
        path = f"/api/v1/namespaces/{self._namespace}/pods"
        wanted = {each["metadata"]["uid"]: each for each in self._cluster.api.send("GET", path).done()["items"]}
        for uid in wanted.keys() - self._pods.keys():
            self._pods[uid] = Pod(self._cluster, wanted[uid], self._folder / uid)
        for uid, pod in self._pods.items():
            if uid in wanted:
                pod.look()
            else:
                pod.end()


@contextmanager
def kubelet(cluster: ApiServer, namespace: str, folder: Path) -> Iterator[Kubelet]:
    """Run the pods of a namespace as long as the context lasts."""
    made = Kubelet(cluster, namespace, folder)
    thread = threading.Thread(target=made.run)
    thread.start()
    try:
        yield made
    finally:
        made.stop()
        thread.join()
