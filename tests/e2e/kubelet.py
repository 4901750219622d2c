"""What a kubelet makes of the pods of a release: volumes as folders, containers as processes, and their states.

The programs see the folders of this machine, not ones of their own: paths below /etc/scangate are rewritten.
"""

import base64
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.api import Document
from tests.e2e.apiserver import ApiServer
from tests.e2e.installation import document
from tests.mounts import Mount
from tests.processes import Process

MOUNTS = "/etc/scangate"
INTERVAL_SECONDS = 0.2

Files = Mapping[str, str]


@dataclass
class Pod:
    """A pod that has been started."""

    content: Document
    folder: Path
    process: Process
    mounts: dict[str, tuple[Mount, Files]] = field(default_factory=dict)
    """What is mounted, by the name of the volume, and the files in it."""
    phase: str = "Pending"


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
                pod.process.end()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()

    def containers(self, component: str) -> list[Process]:
        """Return the processes of a component of the release, the oldest first."""
        labels = "app.kubernetes.io/component"
        return [pod.process for pod in self._pods.values() if pod.content["metadata"]["labels"][labels] == component]

    def _look(self) -> None:
        path = f"/api/v1/namespaces/{self._namespace}/pods"
        wanted = {each["metadata"]["uid"]: each for each in self._cluster.api.send("GET", path).done()["items"]}
        for uid in wanted.keys() - self._pods.keys():
            content = wanted[uid] | {"apiVersion": "v1", "kind": "Pod"}
            if all(self._files(volume) is not None for volume in content["spec"]["volumes"]):
                self._pods[uid] = self._start(content, self._folder / uid)
        for uid, pod in self._pods.items():
            if uid not in wanted:
                pod.process.end()
            elif pod.phase not in ("Succeeded", "Failed"):
                self._refresh(pod)
                self._report(pod)

    def _start(self, content: Document, folder: Path) -> Pod:
        [container] = content["spec"]["containers"]
        mounts: dict[str, tuple[Mount, Files]] = {}
        for mounted in container["volumeMounts"]:
            volume = _volume(content, mounted["name"])
            if "emptyDir" not in volume:
                place = folder / mounted["mountPath"].lstrip("/")
                place.parent.mkdir(parents=True, exist_ok=True)
                mounts[mounted["name"]] = (Mount(place), {})
        pod = Pod(content, folder, self._process(content, container, folder, mounts), mounts)
        self._report(pod)
        return pod

    def _process(
        self, content: Document, container: Document, folder: Path, mounts: dict[str, tuple[Mount, Files]]
    ) -> Process:
        self._publish(content, folder, mounts)
        arguments = [_moved(each, folder) for each in container["args"]]
        spec = content["spec"]
        if spec["automountServiceAccountToken"]:
            account = self._cluster.kubeconfig_of_account(self._namespace, spec["serviceAccountName"])
            arguments += ["--kubeconfig", str(account)]
        environment = {each["name"]: _moved(each["value"], folder) for each in container.get("env", [])}
        return Process("webhook", *arguments, environment=environment)

    def _refresh(self, pod: Pod) -> None:
        self._publish(pod.content, pod.folder, pod.mounts)

    def _publish(self, content: Document, folder: Path, mounts: dict[str, tuple[Mount, Files]]) -> None:
        """Bring the folders in line with ConfigMaps and Secrets; of what is gone they keep the last."""
        for name, (mount, before) in mounts.items():
            found = self._files(_volume(content, name))
            files = before if found is None else {key: _moved(text, folder) for key, text in found.items()}
            if files != before:
                mount.publish(files)
                mounts[name] = (mount, files)

    def _report(self, pod: Pod) -> None:
        """Say that the pod runs, or how it has ended."""
        code = pod.process.process.poll()
        phase = "Running" if code is None else "Succeeded" if code == 0 else "Failed"
        if phase != pod.phase:
            pod.phase = phase
            ready = {"type": "Ready", "status": str(phase == "Running")}
            self._cluster.api.patch(
                pod.content, {"status": {"phase": phase, "conditions": [ready]}}, subresource="status"
            )

    def _files(self, volume: Document) -> Files | None:
        """Return what is in a volume; None while something that it is made of is missing."""
        files: dict[str, str] = {}
        for source in volume.get("projected", {}).get("sources") or [volume]:
            if "configMap" in source:
                found = self._keys("ConfigMap", source["configMap"]["name"], source["configMap"])
            elif "secret" in source:
                found = self._keys("Secret", source["secret"]["secretName"], source["secret"])
            else:
                found = {}
            if found is None:
                return None
            files |= found
        return files

    def _keys(self, kind: str, name: str, source: Document) -> Files | None:
        answer = self._cluster.api.get(document("v1", kind, name, self._namespace))
        data = answer.document.get("data") or {}
        if kind == "Secret":
            data = {key: base64.b64decode(value).decode() for key, value in data.items()}
        items = source.get("items") or [{"key": key, "path": key} for key in data]
        if not answer.ok or any(item["key"] not in data for item in items):
            return None
        return {item["path"]: data[item["key"]] for item in items}


def _volume(content: Document, name: str) -> Document:
    [found] = [volume for volume in content["spec"]["volumes"] if volume["name"] == name]
    assert isinstance(found, dict)
    return found


def _moved(text: str, folder: Path) -> str:
    return text.replace(MOUNTS, f"{folder}{MOUNTS}")


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
