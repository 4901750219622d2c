"""The comparison of whole configurations."""

import msgspec
import pytest

from tests.jobs.verify.webhooks import NAME, RIGHT, changed, compared, found, registration
from webhook.core.registration import ClientConfig, Webhook
from webhook.jobs.verify.finding import Effect, Finding

OTHER = Webhook("other.scangate.dev", ClientConfig(RIGHT.client_config.service, None, "UEVN"))


def test_the_same() -> None:
    """There is nothing to say, whatever the API server has added."""
    assert compared(registration(RIGHT), registration(RIGHT, version="7", annotations={"a": "b"})) == []


def test_no_configuration() -> None:
    """Nothing is judged."""
    [finding] = compared(registration(RIGHT), None)
    assert finding == Finding(Effect.BYPASS, "", "there is no webhook configuration scangate: nothing is judged")


def test_another_one() -> None:
    """That the names differ is said, and the rest compared all the same."""
    [finding] = compared(registration(RIGHT), registration(RIGHT, name="other"))
    assert finding.effect is Effect.BYPASS
    assert finding.text == "this is 'other', and 'scangate' is expected: is it the right one?"


def test_webhook_that_is_missing() -> None:
    """Its name is told."""
    [finding] = compared(registration(RIGHT, OTHER), registration(RIGHT))
    assert (finding.effect, finding.where) == (Effect.BYPASS, "other.scangate.dev")


def test_webhook_that_is_not_expected() -> None:
    """One more lets nothing pass."""
    [finding] = compared(registration(RIGHT), registration(RIGHT, OTHER))
    assert (finding.effect, finding.where) == (Effect.NOTE, "other.scangate.dev")


def test_nothing_expected() -> None:
    """A comparison with nothing proves nothing."""
    [finding] = compared(registration(), registration())
    assert finding.effect is Effect.BYPASS


def test_field_that_is_unknown() -> None:
    """What this version does not know may let requests pass, unless it is expected."""
    live = registration(RIGHT, unknown={NAME: ("exceptFor",)})
    [finding] = compared(registration(RIGHT), live)
    assert (finding.effect, finding.where) == (Effect.BYPASS, NAME)
    assert "exceptFor" in finding.text
    assert compared(live, live) == []


def test_the_worst_comes_first() -> None:
    """Notes come last."""
    live = changed(timeout_seconds=5, side_effects="Unknown", failure_policy="Ignore")
    effects = [effect for effect, _ in found(live)]
    assert effects == [Effect.BYPASS, Effect.BYPASS, Effect.OUTAGE]
    effects = [effect for effect, _ in found(changed(timeout_seconds=5, side_effects="Unknown", rules=()))]
    assert effects == sorted(effects, key=list(Effect).index)


@pytest.mark.parametrize("field", Webhook.__struct_fields__)
def test_no_field_is_overlooked(field: str) -> None:
    """Whichever field differs, something is said."""
    values = {
        str: "other",
        int: 3,
        tuple: (),
        type(RIGHT.namespace_selector): msgspec.convert({"matchLabels": {"a": "b"}}, type(RIGHT.namespace_selector)),
        ClientConfig: ClientConfig(url="https://elsewhere.example/"),
    }
    live = changed(**{field: values[type(getattr(RIGHT, field))]})
    assert found(live) != [] or compared(registration(RIGHT), registration(live)) != []


def test_strangers_text_is_made_safe() -> None:
    """What somebody wrote into the cluster cannot steer a terminal."""
    live = changed(
        failure_policy="\x1b[2J", match_policy="\x1b[2J", side_effects="\x1b[2J", admission_review_versions=("\x1b",)
    )
    assert all("\x1b" not in text for _, text in found(live))
