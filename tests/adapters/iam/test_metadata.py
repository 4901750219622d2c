"""Tokens of the metadata service: against the emulator, over a socket."""

import pytest

from tests.adapters.iam.services import LIFE_SECONDS, TOKEN, Wire, cloud, granted, opens, reply, service
from tests.builders import NOW
from tests.http_calls import REVIEW_SECONDS, in_time
from tests.sockets import unused_url
from webhook.adapters.iam.asking import TokenService
from webhook.adapters.iam.metadata import PATH, MetadataTokens
from webhook.emulator.faults import Body, Fault, Hang, Html, Redirect, Status
from webhook.errors import LookupFailed, Unauthorized, Unavailable, Unreadable

NAME = "the metadata service"


def refused(source: MetadataTokens) -> LookupFailed:
    """Return why there is no token."""
    with in_time(REVIEW_SECONDS) as deadline, pytest.raises(LookupFailed) as caught:
        source.grant(deadline)
    return caught.value


def test_the_node_has_a_token() -> None:
    """It acts as the account that the node or the pod has, for as long as the service says."""
    with cloud() as registry:
        grant = granted(MetadataTokens(registry.url, service=service(registry, NAME)))

        assert grant.seconds == LIFE_SECONDS
        assert opens(registry, grant)


@pytest.mark.parametrize("endpoint", ["http://169.254.169.254", "http://169.254.169.254/"])
def test_the_service_is_asked_as_it_wants_to_be(endpoint: str) -> None:
    """With its header, which a browser cannot send, and without any credentials."""
    wire = Wire(reply({"access_token": TOKEN, "expires_in": 600}))
    granted(MetadataTokens(endpoint, service=TokenService(NAME, wire, lambda: NOW)))

    assert wire.sent == [("GET", f"http://169.254.169.254{PATH}", {"Metadata-Flavor": "Google"}, None)]


def test_no_account_is_attached() -> None:
    """The person who reads of it is told where to attach one, for a node and for a pod."""
    with cloud(metadata=False) as registry:
        failure = refused(MetadataTokens(registry.url, service=service(registry, NAME)))

    assert isinstance(failure, Unauthorized)
    assert str(failure) == (
        "the metadata service refused with 404: -. "
        "Is a service account attached to the node, or the pod's Kubernetes account annotated?"
    )


@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        (Status(status=503), Unavailable, "the metadata service answered 503: emulated failure; does this pod run in"),
        (Hang(), Unavailable, "the metadata service did not answer in time"),
        (Redirect(location="http://evil.example/"), Unauthorized, "the metadata service refused with 302"),
        (Html(), Unreadable, "the metadata service's answer is not JSON"),
        (Body(text="[]"), Unreadable, "is not a JSON object"),
        (Body(text='{"access_token": "a\\nb", "expires_in": 1}'), Unreadable, "access_token must hold one IAM token"),
        (Body(text='{"access_token": "a", "expires_in": "1"}'), Unreadable, "no number of seconds in expires_in"),
    ],
)
def test_whatever_goes_wrong_is_a_failure(fault: Fault, kind: type[LookupFailed], said: str) -> None:
    """Of the kind that it is, with the service named."""
    with cloud() as registry:
        registry.emulator.faults.add(fault)
        failure = refused(MetadataTokens(registry.url, service=service(registry, NAME)))

    assert type(failure) is kind
    assert said in str(failure)


def test_there_is_no_metadata_service() -> None:
    """A gate outside the cloud is told what it may lack, and that is an outage: it may be there later."""
    with cloud() as registry:
        url = unused_url()
        failure = refused(MetadataTokens(url, service=service(registry, NAME)))

    assert isinstance(failure, Unavailable)
    assert str(failure).startswith("the metadata service could not be connected to")
    assert str(failure).endswith(f"; does this pod run in Yandex Cloud, and may it reach {url}{PATH}?")
