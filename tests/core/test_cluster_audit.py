"""What an audit of running pods finds."""

from msgspec.structs import replace

from tests.builders import DIGEST, PINNED, REPOSITORY, image
from webhook.core.cluster_audit import Owner, identity


def test_an_owner_as_people_write_it() -> None:
    """It is named by namespace, kind and name."""
    owner = Owner(api_version="apps/v1", kind="Deployment", namespace="shop", name="web", uid="1")
    assert str(owner) == "shop/Deployment/web"


def test_one_image_by_several_names() -> None:
    """With a tag or without, on any host of its registry: by digest it is the same."""
    others = [f"cr.yandex/{REPOSITORY}:1.0@{DIGEST}", f"cr.cloud.yandex.net/{REPOSITORY}@{DIGEST}"]
    assert {identity(image(text)) for text in [PINNED, *others]} == {PINNED}


def test_an_image_without_a_digest() -> None:
    """A tag, or what is no reference at all, is told apart by what was written."""
    assert identity(image("nginx:1.27")) == "nginx:1.27"
    assert identity(replace(image("NGINX"), text="NGINX")) == "NGINX"
