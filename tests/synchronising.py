"""`scangate table sync` as a process, and what it leaves in a folder."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.processes import TOKEN, Process, run, running
from tests.service.registry import REGISTRY_ID, Registry
from webhook.core.history import parse_history

ENVIRONMENT = {"YC_TOKEN": TOKEN}


def configuration(folder: Path, registry: Registry) -> Path:
    """Write a GateConfiguration whose other files are not there: they are none of the command's business."""
    content = {
        "apiVersion": "scangate.dev/v1",
        "kind": "GateConfiguration",
        "server": {"tls": {"certFile": "none", "keyFile": "none"}},
        "policyFile": "none",
        "cloud": {"endpoint": registry.url, "allowHttp": True},
    }
    (folder / "sync.yaml").write_text(yaml.safe_dump(content))
    return folder / "sync.yaml"


@dataclass(frozen=True, slots=True)
class Output:
    """A folder with a table, in a folder with the configuration."""

    folder: Path
    registry: Registry

    @property
    def table(self) -> Path:
        """The folder with the table."""
        return self.folder / "table"

    def arguments(self, *more: str | Path) -> list[str | Path]:
        """Return the command, with *more* options."""
        self.table.mkdir(exist_ok=True)
        config = configuration(self.folder, self.registry)
        return ["table", "sync", "--config", config, "--registry", REGISTRY_ID, "--output", self.table, *more]

    def sync(self, *more: str) -> "subprocess.CompletedProcess[str]":
        """Run it to its end."""
        return run(*self.arguments(*more), environment=ENVIRONMENT)

    @contextmanager
    def syncing(self, *more: str) -> Iterator[Process]:
        """Run it as long as the context lasts."""
        with running(*self.arguments(*more), environment=ENVIRONMENT) as process:
            yield process

    @property
    def entries(self) -> dict[str, Any]:
        """What the table says."""
        return joined(self.table)

    @property
    def state(self) -> Any:
        """What the table says of itself."""
        return json.loads((self.table / "scangate-synced.state").read_text())

    @property
    def files(self) -> dict[str, bytes]:
        """The content of each file."""
        return {file.name: file.read_bytes() for file in self.table.iterdir() if not file.name.startswith(".")}

    def earlier(self, digest: str) -> list[str]:
        """Return the ids of the scans of an image that are remembered."""
        for file in self.table.glob("*.history"):
            for known, history in parse_history(file.read_bytes(), file.name).items():
                if known == digest:
                    return [one.scan_id for one in history]
        return []


def joined(folder: Path) -> dict[str, Any]:
    """Return the entries of all files of a folder."""
    return {
        digest: entry for file in folder.glob("*.scans.json") for digest, entry in json.loads(file.read_text()).items()
    }
