"""Image references: read as a second implementation of the grammar reads them, or refused."""

from collections.abc import Callable

from tests.core.test_images_oracle import HOSTS, PATHS, PORTS, knowingly_refused, told_by_the_oracle
from webhook.core.images import YANDEX_REGISTRY_ALIASES, ImageReference, parse_reference
from webhook.errors import InvalidReference

WORDS = (*HOSTS, *PORTS, *PATHS[:12], "@sha256:", "@sha512:", "0" * 64, "index.docker.io/", "cr.cloud.yandex.net/")


def check(data: bytes) -> None:
    """Read *data* as the text of an image."""
    check_text(data.decode("utf-8", "surrogateescape"))


def check_text(text: str, parse: Callable[[str], ImageReference] = parse_reference) -> None:
    """Hold *parse* to the oracle: the same parts, and nothing refused but what is refused on purpose."""
    try:
        read = parse(text)
    except InvalidReference as error:
        assert str(error).isascii(), "a message that cannot be shown"
        assert told_by_the_oracle(text) is None or knowingly_refused(text), "refused without need"
        return
    assert read == told_by_the_oracle(text), "not what the oracle reads"
    _check_name(read, parse)


def _check_name(read: ImageReference, parse: Callable[[str], ImageReference]) -> None:
    """The name that is looked up is canonical: written out and read again, it is the same."""
    assert read.registry == read.registry.lower()
    assert read.registry not in YANDEX_REGISTRY_ALIASES, "an alias that was not replaced"
    if not set(".:") & set(read.registry):
        return  # a host without a dot needs its port to be one
    if read.registry == "docker.io" and "/" not in read.repository:
        return  # with its port, Docker Hub has no short names
    written = f"{read.registry}/{read.repository}"
    written += f":{read.tag}" if read.tag else ""
    written += f"@{read.digest}" if read.digest else ""
    try:
        assert parse(written) == read, "another image when it is written out"
    except InvalidReference:
        raise AssertionError(f"cannot be read when it is written out: {written}") from None
