"""How labels of namespaces are had: not at all, unless the configuration says how."""

from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.wiring.gates import loaded, write_gate
from webhook.adapters.namespaces import NamespaceLabels, NoLabels
from webhook.errors import InvalidDocument
from webhook.wiring.namespaces import namespace_labels


def test_labels_are_not_known_unless_a_way_is_named(tmp_path: Path) -> None:
    """By default the gate's pods hold no rights in the cluster."""
    assert isinstance(namespace_labels(loaded(write_gate(tmp_path)).value()), NoLabels)


def test_api_server_is_asked_as_the_configuration_says(tmp_path: Path) -> None:
    """Its authority is read from a file."""
    (tmp_path / "ca.crt").write_text(Authority().pem)
    config = write_gate(tmp_path)
    config.write_text(config.read_text() + "apiServer: {caFile: ca.crt, tokenFile: token}\n")

    assert isinstance(namespace_labels(loaded(config).value()), NamespaceLabels)


def test_authority_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    """It is said at the start."""
    config = write_gate(tmp_path)
    config.write_text(config.read_text() + "apiServer: {caFile: absent.crt}\n")

    with pytest.raises(InvalidDocument, match="absent.crt"):
        namespace_labels(loaded(config).value())
