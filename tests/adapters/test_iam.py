"""Where the IAM token comes from, and that nothing shows it."""

import traceback
from pathlib import Path

import pytest

from webhook.adapters.iam import FileToken, Secret, token_source
from webhook.errors import InvalidDocument, ScangateError, Unauthorized

TOKEN = "t1.9euelZqOnJKexpWMl86Qxoqd.Abc-_123=="


@pytest.mark.parametrize("show", [str, repr, "{}".format, "{!r}".format, lambda secret: f"{[secret]}"])
def test_secret_is_masked(show: object) -> None:
    """However a secret is printed, its text does not appear."""
    assert callable(show)
    assert TOKEN not in show(Secret(TOKEN))


def test_secret_is_told_on_request() -> None:
    """Who asks for the text by name gets it."""
    assert Secret(TOKEN).reveal() == TOKEN


def test_token_of_the_environment() -> None:
    """Without a file the token that was handed in is used."""
    assert token_source(Secret(TOKEN), None).token() == TOKEN


def test_file_goes_before_the_environment(tmp_path: Path) -> None:
    """A token file that is configured is used, whatever the environment says."""
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    assert token_source(Secret("t1.other"), file).token() == TOKEN


def test_file_is_read_anew(tmp_path: Path) -> None:
    """A token that is renewed in its file is used from then on."""
    file = tmp_path / "token"
    file.write_text("t1.first")
    source = token_source(None, file)
    assert source.token() == "t1.first"
    file.write_text("t1.second\n")
    source.renew("t1.first")
    assert source.token() == "t1.second"


def test_no_token_at_all() -> None:
    """Without file and environment the gate does not start, and says what to set."""
    with pytest.raises(InvalidDocument, match=r"registry\.iamTokenFile.*YC_TOKEN"):
        token_source(None, None)


BAD_TOKENS = [
    pytest.param(f"{TOKEN}\r\nX-Evil: 1", id="line end"),
    pytest.param(f"{TOKEN} {TOKEN}", id="blank"),
    pytest.param("", id="empty"),
    pytest.param(f"{TOKEN}\x00", id="NUL"),
    pytest.param(f"{TOKEN}é", id="not ASCII"),
    pytest.param("t1." + "x" * 9000, id="too long"),
]


@pytest.mark.parametrize("text", BAD_TOKENS)
def test_environment_that_holds_no_token(text: str) -> None:
    """A token that could end a header and begin another is refused, without being shown."""
    with pytest.raises(InvalidDocument, match="YC_TOKEN") as caught:
        token_source(Secret(text), None)
    assert_hidden(caught.value, text)


@pytest.mark.parametrize("text", BAD_TOKENS)
def test_file_that_holds_no_token(tmp_path: Path, text: str) -> None:
    """A file that holds something else is refused when the gate starts, without being shown."""
    file = tmp_path / "token"
    file.write_text(text, encoding="utf-8", newline="")
    with pytest.raises(Unauthorized, match=str(file)) as caught:
        token_source(None, file)
    assert_hidden(caught.value, text)


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.write_bytes(b"\xff\xfe"), lambda path: None])
def test_file_that_cannot_be_read_later(tmp_path: Path, make: object) -> None:
    """A file that is gone or spoilt when it is needed is a failed look-up, not a crash."""
    assert callable(make)
    make(tmp_path / "token")
    with pytest.raises(Unauthorized, match="no IAM token"):
        FileToken(tmp_path / "token").token()


def assert_hidden(error: ScangateError, text: str) -> None:
    """Claim that neither message nor traceback of *error* shows *text*."""
    shown = "".join(traceback.format_exception(error)) + repr(error) + repr(error.args)
    assert not text or text not in shown
    assert TOKEN not in shown


def test_tokens_do_not_show_their_text(tmp_path: Path) -> None:
    """What gives a token does not show it when it is printed."""
    assert TOKEN not in repr(token_source(Secret(TOKEN), None))
