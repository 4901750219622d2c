"""Gates for the tests of the composition root: their files, and what is read from them."""

from pathlib import Path

from tests.certificates import Authority
from tests.mounts import replace
from webhook.core.environment import parse_environment
from webhook.wiring.loading import Configuration, load_gate

CONFIG = """
apiVersion: scangate.dev/v1
kind: GateConfiguration
server:
  tls: {certFile: tls.crt, keyFile: tls.key}
  threads: 2
policyFile: policy.yaml
"""

POLICY = """
apiVersion: scangate.dev/v1
kind: ScanPolicy
rules: [{name: default}]
"""


def write_gate(folder: Path) -> Path:
    """Write a configuration and everything that it names into *folder*, and return the configuration."""
    Authority().issue().write(folder)
    (folder / "policy.yaml").write_text(POLICY)
    (folder / "gate.yaml").write_text(CONFIG)
    return folder / "gate.yaml"


def loaded(config: Path, **variables: str) -> Configuration:
    """Return what a gate reads whose environment has these variables, and a token."""
    return load_gate(config, parse_environment({"YC_TOKEN": "t1.example"} | variables))


def change(configuration: Configuration, more: str) -> None:
    """Write *more* into the configuration, and have it read."""
    replace(configuration.path, CONFIG + more)
    configuration.look()
    configuration.look()
