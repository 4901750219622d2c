"""Where the state of the last audit lies."""

from pathlib import Path

import pytest

from tests.api_server import ApiServer
from webhook.adapters.audit_shelves import TURNS, ConfigMapShelf, FileShelf
from webhook.adapters.cluster import Cluster
from webhook.core.audit_state import KEY
from webhook.core.cluster import ObjectName
from webhook.errors import ClusterFailed, Forbidden

NAME = ObjectName("scangate", "scangate-audit")
FOLDER = "/api/v1/namespaces/scangate/configmaps"
PATH = f"{FOLDER}/scangate-audit"


def test_in_a_config_map(server: ApiServer, cluster: Cluster) -> None:
    """The state takes the place of the last one, and other keys stay as they are."""
    server.put(PATH, {"metadata": {"name": NAME.name}, "data": {"of somebody": "else"}})
    shelf = ConfigMapShelf(cluster, NAME)
    shelf.put("1\n")
    shelf.put("2\n")
    assert server.objects[PATH]["data"] == {"of somebody": "else", KEY: "2\n"}
    assert ("POST", FOLDER) not in server.calls


def test_made_where_there_is_none(server: ApiServer, cluster: Cluster) -> None:
    """One that is not there is made."""
    ConfigMapShelf(cluster, NAME).put("1\n")
    assert server.objects[PATH]["data"] == {KEY: "1\n"}


def test_not_allowed(server: ApiServer, cluster: Cluster) -> None:
    """The message says which right is missing."""
    server.forbidden.add(("GET", PATH))
    with pytest.raises(Forbidden, match="cannot get"):
        ConfigMapShelf(cluster, NAME).put("1\n")


class Meddled:
    """A cluster in which somebody changes the ConfigMap whenever it was read."""

    def __init__(self, server: ApiServer, cluster: Cluster, times: int) -> None:
        """Let it be changed so many times."""
        self.server, self.cluster, self.times = server, cluster, times
        self.make_config_map, self.store_config_map = cluster.make_config_map, cluster.store_config_map

    def config_map(self, name: ObjectName) -> object:
        """Return it, before it is changed."""
        found = self.cluster.config_map(name)
        if self.times:
            self.times -= 1
            self.server.put(PATH, self.server.objects[PATH])
        return found


@pytest.mark.parametrize("times", [1, TURNS - 1, TURNS])
def test_two_at_once(server: ApiServer, cluster: Cluster, times: int) -> None:
    """Where somebody else was quicker it is read again; not for ever."""
    server.put(PATH, {"metadata": {"name": NAME.name}, "data": {}})
    shelf = ConfigMapShelf(Meddled(server, cluster, times), NAME)  # type: ignore[arg-type]
    if times < TURNS:
        shelf.put("1\n")
        assert server.objects[PATH]["data"] == {KEY: "1\n"}
        return
    with pytest.raises(ClusterFailed, match="keeps changing it"):
        shelf.put("1\n")


def test_in_a_file(tmp_path: Path) -> None:
    """It takes the place of the last one, at once, and everybody may read it."""
    file = tmp_path / "audit.state"
    FileShelf(file).put("1\n")
    FileShelf(file).put("2\n")
    assert file.read_text() == "2\n"
    assert file.stat().st_mode & 0o777 == 0o644
    assert [each.name for each in tmp_path.iterdir()] == ["audit.state"]


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    """Nothing half-written is left."""
    (tmp_path / "audit.state").mkdir()
    with pytest.raises(OSError, match="audit.state"):
        FileShelf(tmp_path / "audit.state").put("1\n")
    assert [each.name for each in tmp_path.iterdir()] == ["audit.state"]
    with pytest.raises(FileNotFoundError):
        FileShelf(tmp_path / "none" / "audit.state").put("1\n")
