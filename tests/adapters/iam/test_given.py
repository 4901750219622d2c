"""Tokens that somebody else got, and that nothing shows them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.adapters.iam.services import TOKEN, everything_shown, granted
from tests.mounts import Mount
from webhook.adapters.iam.given import FOREVER, FileToken, GivenToken
from webhook.core.secret import Secret
from webhook.core.tokens import Grant
from webhook.errors import Unauthorized


def test_a_token_of_the_environment() -> None:
    """It is given again and again, and nobody knows how long it is good for."""
    source = GivenToken(Secret(TOKEN))

    assert [granted(source), granted(source)] == [Grant(Secret(TOKEN), None)] * 2
    assert source.max_age == FOREVER
    assert "that in YC_TOKEN has ended or was revoked" in source.advice


@pytest.mark.parametrize("text", [TOKEN, f"{TOKEN}\n", f"  {TOKEN}\r\n"])
def test_a_token_of_a_file(tmp_path: Path, text: str) -> None:
    """What an editor puts around it is not part of it."""
    file = tmp_path / "token"
    file.write_bytes(text.encode())
    source = FileToken(file)

    assert granted(source) == Grant(Secret(TOKEN), None)
    assert f"that in {file} has ended or was revoked" in source.advice


def test_a_file_is_read_anew(tmp_path: Path) -> None:
    """A token that is renewed in its file, here by the kubelet, is used from then on."""
    mount = Mount(tmp_path / "secret")
    mount.publish({"token": "t1.first"})
    source = FileToken(mount.folder / "token")
    assert granted(source).token == Secret("t1.first")

    mount.publish({"token": "t1.second\n"})

    assert granted(source).token == Secret("t1.second")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{TOKEN}\r\nX-Evil: 1", id="line end"),
        pytest.param(f"{TOKEN} {TOKEN}", id="blank"),
        pytest.param("", id="empty"),
        pytest.param(f"{TOKEN}\x00", id="NUL"),
        pytest.param("t1." + "x" * 9000, id="too long"),
    ],
)
def test_a_file_that_holds_no_token(tmp_path: Path, text: str) -> None:
    """What could end a header and begin another is refused, without being shown."""
    file = tmp_path / "token"
    file.write_text(text, encoding="utf-8", newline="")
    with pytest.raises(Unauthorized) as caught:
        granted(FileToken(file))

    assert str(caught.value) == (f"the gate has no IAM token: {file} must hold one IAM token of printable characters")
    assert not text or text not in everything_shown(caught.value)
    assert TOKEN not in everything_shown(caught.value)


@pytest.mark.parametrize(
    "make",
    [Path.mkdir, lambda path: path.write_bytes(b"\xff\xfe"), lambda path: path.write_text("é"), lambda path: None],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, make: Callable[[Path], object]) -> None:
    """A file that is gone or spoilt when it is needed is a failed look-up, not a crash."""
    make(tmp_path / "token")
    with pytest.raises(Unauthorized, match="^the gate has no IAM token: .*token cannot be read$"):
        granted(FileToken(tmp_path / "token"))


def test_sources_do_not_show_their_token(tmp_path: Path) -> None:
    """What gives a token does not show it when it is printed, and neither does what it gives."""
    (tmp_path / "token").write_text(TOKEN)
    for source in (GivenToken(Secret(TOKEN)), FileToken(tmp_path / "token")):
        assert TOKEN not in f"{source} {source!r} {vars(source)} {granted(source)} {granted(source)!r}"
