"""Volumes of pods as folders on this machine: what ConfigMaps and Secrets hold, kept up to date as a kubelet does."""

import base64
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.e2e.api import Api, Document
from tests.e2e.installation import document
from tests.mounts import Mount

Files = Mapping[str, str]


class Volume:
    """A mounted volume."""

    def __init__(self, source: Document, place: Path, rewritten: Callable[[str], str]) -> None:
        """Mount *source*, one of a pod's volumes, at *place*; every text in it is *rewritten*."""
        self._source, self._place, self._rewritten = source, place, rewritten
        self._mount: Mount | None = None
        self._files: Files = {}

    def refresh(self, api: Api, namespace: str) -> bool:
        """Bring the folder in line with what the volume is made of; of what is gone it keeps the last.

        Returns whether the volume is mounted: before that, everything that it is made of must be there.
        """
        found = content(api, namespace, self._source)
        if found is not None:
            self._publish({name: self._rewritten(text) for name, text in found.items()})
        return self._mount is not None

    def _publish(self, files: Files) -> None:
        if self._mount is None:
            self._place.parent.mkdir(parents=True, exist_ok=True)
            self._mount = Mount(self._place)
        if files != self._files:
            self._mount.publish(files)
            self._files = files


def content(api: Api, namespace: str, volume: Document) -> Files | None:
    """Return the files of a volume; None while something that it is made of is missing."""
    files: dict[str, str] = {}
    for source in volume.get("projected", {}).get("sources") or [volume]:
        found = _part(api, namespace, source)
        if found is None:
            return None
        files |= found
    return files


def _part(api: Api, namespace: str, source: Document) -> Files | None:
    if "configMap" in source:
        return _keys(api, document("v1", "ConfigMap", source["configMap"]["name"], namespace), source["configMap"])
    if "secret" in source:
        # A Secret is called secretName where it is a volume, and name where it is a part of one.
        name = source["secret"].get("secretName") or source["secret"]["name"]
        return _keys(api, document("v1", "Secret", name, namespace), source["secret"])
    return {}


def _keys(api: Api, wanted: Document, source: Document) -> Files | None:
    answer = api.get(wanted)
    data = answer.document.get("data") or {}
    if wanted["kind"] == "Secret":
        data = {key: base64.b64decode(value).decode() for key, value in data.items()}
    items = source.get("items") or [{"key": key, "path": key} for key in data]
    if not answer.ok or any(item["key"] not in data for item in items):
        return None
    return {item["path"]: data[item["key"]] for item in items}
