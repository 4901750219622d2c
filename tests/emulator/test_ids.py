"""Ids and digests."""

import re

from webhook.emulator.ids import DIGEST, IMAGE, SCAN, derive_id, digest_of


def test_ids_look_like_the_registrys() -> None:
    """An id is 20 characters of 0-9 and a-v behind its prefix."""
    assert re.fullmatch("crp[0-9a-v]{17}", derive_id(IMAGE, "shop/api"))
    assert re.fullmatch("che[0-9a-v]{17}", derive_id(SCAN, "shop/api", 1))


def test_ids_follow_from_their_parts() -> None:
    """The same parts give the same id, others another, however they are cut."""
    assert derive_id(IMAGE, "a", "b") == derive_id(IMAGE, "a", "b")
    assert derive_id(IMAGE, "a", "b") != derive_id(IMAGE, "ab")


def test_a_digest_is_the_sha256_of_the_bytes() -> None:
    """The digest of nothing is the well-known one."""
    assert digest_of(b"") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert DIGEST.fullmatch(digest_of(b"x"))
