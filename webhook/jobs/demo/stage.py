"""The working folder of a demonstration: certificate, token, configuration, and the questions that are asked."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from webhook.jobs.demo.certificate import self_signed

TOKEN = "t1.demo"  # noqa: S105 - the emulated registry takes any
"""Stands for the IAM token of a service account."""

_CONFIGURATION = """\
# Written by `scangate demo`, anew each time.
apiVersion: scangate.dev/v1
kind: GateConfiguration
server:
  host: 127.0.0.1
  port: {reviews}
  probePort: {probes}
  tls: {{certFile: tls.crt, keyFile: tls.key}}
  workers: 1
  threads: 8                # enough for one client; see docs/configuration.md
  drain: 0s                 # nobody else calls this gate
policyFile: {policy}
table: {table}
identity: {{tokenFile: token}}
cloud:
  endpoint: {registry}      # the emulator is every service of the cloud
  allowHttp: true           # it is on this machine
registry:
  hosts: {{cr.yandex: {registry}}}
"""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where to listen on 127.0.0.1; 0 stands for any free port."""

    reviews: int = 8443
    probes: int = 8080
    registry: int = 8081


@dataclass(frozen=True, slots=True)
class Stage:
    """The folder of examples, and the folder to work in."""

    examples: Path
    folder: Path

    @property
    def authority(self) -> Path:
        """The certificate; it is its own authority."""
        return self.folder / "tls.crt"

    @property
    def configuration(self) -> Path:
        """The GateConfiguration."""
        return self.folder / "gate.yaml"

    @property
    def registry(self) -> Path:
        """The images and scans that the emulated registry has."""
        return self.examples / "registry.yaml"

    @property
    def manifests(self) -> Path:
        """The folder of the examples that are judged."""
        return self.examples / "pods"

    def prepare(self, now: datetime) -> None:
        """Make the folder, and in it certificate, key and token."""
        self.folder.mkdir(parents=True, exist_ok=True)
        certificate = self_signed(now)
        self.authority.write_bytes(certificate.chain)
        _write_secret(self.folder / "tls.key", certificate.key)
        _write_secret(self.folder / "token", TOKEN.encode())

    def configure(self, registry: str, ports: Ports) -> None:
        """Write the configuration of a gate that asks the registry at that URL."""
        text = _CONFIGURATION.format(
            reviews=ports.reviews,
            probes=ports.probes,
            registry=json.dumps(registry),
            policy=json.dumps(str(self.examples.resolve() / "policy.yaml")),
            table=json.dumps(str(self.examples.resolve() / "table.yaml")),
        )
        self.configuration.write_text(text, encoding="utf-8")

    def question(self, name: str) -> Path:
        """Return the file with the review that asks about an example."""
        return self.folder / f"{name}.json"


def _write_secret(file: Path, content: bytes) -> None:
    """Write what only the owner may read."""
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_bytes(content)
