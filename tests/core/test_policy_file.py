"""Policy files: what they may say, and that everything unsaid is strict."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import DIGEST
from webhook.core.documents import Document
from webhook.core.evidence import SEVERITIES
from webhook.core.policy import Absent, Action, Limits, Mode, OnUnpinned, Policy, Rule
from webhook.core.policy_file import parse_policy
from webhook.errors import InvalidDocument

WORDS: dict[str, tuple[str, type]] = {
    "mode": ("mode", Mode),
    "absentCounts": ("absent_counts", Absent),
    "onMissing": ("on_missing", Action),
    "onUnfinished": ("on_unfinished", Action),
    "onFailed": ("on_failed", Action),
    "onUnavailable": ("on_unavailable", Action),
    "onUnpinned": ("on_unpinned", OnUnpinned),
}
"""Fields that hold one of a few words."""


def policy(content: Any) -> Policy:
    """Read a policy from the content of a file."""
    return parse_policy(Document("policy.yaml", content, DIGEST))


def document(*rules: Any, **more: Any) -> dict[str, Any]:
    """Return the content of a policy file."""
    return {"apiVersion": "scangate.dev/v1", "kind": "ScanPolicy", "rules": list(rules)} | more


def rule(**fields: Any) -> Rule:
    """Return the rule of a policy in which it has these fields."""
    return policy(document({"name": "default"} | fields)).rules[-1]


def told(content: Any) -> str:
    """Return what is said about a file that is wrong."""
    with pytest.raises(InvalidDocument) as caught:
        policy(content)
    return str(caught.value)


def test_what_is_not_said_denies() -> None:
    """A rule with nothing but a name lets no vulnerability through and no image without a scan."""
    strict = rule()

    assert strict == Rule(name="default")
    assert all(getattr(strict.limits, name) == 0 for name in SEVERITIES)
    assert {strict.on_missing, strict.on_unfinished, strict.on_failed, strict.on_unavailable} == {Action.DENY}
    assert (strict.mode, strict.on_unpinned) == (Mode.ENFORCE, OnUnpinned.DENY)
    assert strict.max_scan_age == timedelta(days=30)
    assert (strict.require_latest, strict.scan_on_missing) == (False, False)


@pytest.mark.parametrize("field", WORDS)
def test_each_switch_takes_its_words_and_no_other(field: str) -> None:
    """Every word of its list is read; another one, or the right one in capitals, is refused with the list."""
    name, words = WORDS[field]
    for word in words:  # type: ignore[attr-defined]
        assert getattr(rule(**{field: word.value}), name) is word
        assert f"rules[0].{field}: must be one of" in told(document({"name": "a", field: word.value.upper()}))
    for wrong in ("", "yes", None, True, 1, ["deny"]):
        assert f"policy.yaml: rules[0].{field}" in told(document({"name": "a", field: wrong}))


@pytest.mark.parametrize("name", SEVERITIES)
@pytest.mark.parametrize("limit", [0, 1, 2**31, 2**63 - 1, "unlimited"])
def test_each_severity_has_a_limit(name: str, limit: int | str) -> None:
    """A whole number from zero, or no limit; what is not written stays zero."""
    assert rule(limits={name: limit}).limits == Limits(**{name: limit})  # type: ignore[arg-type]


@pytest.mark.parametrize("name", SEVERITIES)
@pytest.mark.parametrize("limit", [-1, 1.0, 1.5, True, None, "1", "0", "", "none", "Unlimited", [], [1], {}])
def test_what_is_no_limit_is_refused(name: str, limit: Any) -> None:
    """Nothing is rounded or converted on the way to a limit."""
    message = told(document({"name": "a", "limits": {name: limit}}))

    assert message.startswith(
        f"policy.yaml: rules[0].limits.{name}: must be a whole number from 0, or 'unlimited', not"
    )


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("24h", timedelta(days=1)),
        ("1h30m", timedelta(minutes=90)),
        ("0s", timedelta(0)),
        ("876000h", timedelta(days=36_500)),
        ("unlimited", None),
    ],
)
def test_age_of_a_scan_is_a_duration_or_unlimited(text: str, age: timedelta | None) -> None:
    """How old a scan may be."""
    assert rule(maxScanAge=text).max_scan_age == age


@pytest.mark.parametrize(
    "text", ["", "30d", "-1h", "24", "24h\n", "Unlimited", "never", "999999999h" * 30, "876001h", 24, None]
)
def test_what_is_no_age_is_refused(text: Any) -> None:
    """Also where it would be longer than a calendar is: the message names the field."""
    assert told(document({"name": "a", "maxScanAge": text})).startswith("policy.yaml: rules[0].maxScanAge: ")


@pytest.mark.parametrize("field", ["requireLatest", "scanOnMissing"])
def test_flags_are_yes_or_no(field: str) -> None:
    """A flag is true or false, and nothing that some language takes for it."""
    name = {"requireLatest": "require_latest", "scanOnMissing": "scan_on_missing"}[field]

    assert getattr(rule(**{field: True}), name)
    for wrong in (1, 0, "true", "yes", None):
        assert f"rules[0].{field}" in told(document({"name": "a", field: wrong}))


@pytest.mark.parametrize("name", ["a", "default", "prod-2", "a" * 63, "0", "a-b-c"])
def test_rule_has_a_name_for_messages(name: str) -> None:
    """Lower-case words and digits joined by dashes."""
    assert rule(name=name).name == name


@pytest.mark.parametrize(
    "name", ["", "A", "a" * 64, "-a", "a-", "a b", "a_b", "a.b", "ä", "a\nb", "a\n", "\na", 1, None]
)
def test_what_is_no_name_is_refused(name: Any) -> None:
    """A name stands in every denial: nothing but its alphabet gets there."""
    assert told(document({"name": name})).startswith("policy.yaml: rules[0].name: ")


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (None, "the document"),
        ([], "the document"),
        ({}, "apiVersion: is required"),
        (document({"name": "a"}, apiVersion="scangate.dev/v2"), "apiVersion: must be one of scangate.dev/v1"),
        (document({"name": "a"}, kind="Policy"), "kind: must be one of ScanPolicy"),
        (document({"name": "a"}, extra=1), "extra: unknown field"),
        (document(), "rules: "),
        (document({"name": "a"}, {"name": "a"}), "rules[1].name: 'a' is the name of another rule too"),
        (document({"name": "a"}, rules=None), "rules: "),
        (document({}), "rules[0].name: is required"),
        (document({"name": "a", "limit": {}}), "rules[0].limit: unknown field; did you mean 'limits'?"),
        (document({"name": "a", "limits": {"severe": 1}}), "rules[0].limits.severe: unknown field"),
        (document({"name": "a", "on_missing": "allow"}), "rules[0].on_missing: unknown field"),
        (document({"name": "a", "limits": []}), "rules[0].limits: "),
    ],
)
def test_file_that_is_no_policy_is_refused(content: Any, where: str) -> None:
    """What a policy does not know it does not skip: the message names the field."""
    assert told(content).startswith(f"policy.yaml: {where}")


def test_policy_is_known_by_its_digest() -> None:
    """The audit can say which policy decided."""
    assert policy(document({"name": "a"})).digest == DIGEST


@pytest.mark.parametrize("field", ["namespaces", "images", "kinds", "serviceAccounts", "namespaceLabels"])
def test_empty_list_is_not_taken_for_everything(field: str) -> None:
    """Whoever writes one is asked what is meant."""
    empty: Any = {} if field == "namespaceLabels" else []

    assert f"rules[0].match.{field}: " in told(document({"name": "a", "match": {field: empty}}))


@pytest.mark.parametrize("labels", [{"a": "*"}, {"a b": "c"}, {"": "a"}, {"a": "b\n"}])
def test_what_is_no_label_is_refused(labels: dict[str, str]) -> None:
    """It would never match, and nobody would know."""
    assert "is no label of Kubernetes" in told(document({"name": "a", "match": {"namespaceLabels": labels}}))


@pytest.mark.parametrize("expires", ["9999-12-31", "0001-01-01T00:00:00Z", "1999-12-30", "soon", "2026-02-30"])
def test_end_of_an_exception_is_a_day_of_our_time(expires: str) -> None:
    """Anything else is a mistake, and would break a calendar somewhere."""
    exemption = {"reason": "r", "owner": "o", "expires": expires, "images": ["docker.io/**"]}

    assert "exemptions[0].expires: " in told(document({"name": "a"}, exemptions=[exemption]))


def test_exemption_names_something() -> None:
    """One of nothing would be of everything, or of nothing."""
    exemption = {"reason": "r", "owner": "o", "expires": "2026-12-31"}

    assert "exemptions[0]: must name images, digests or namespaces" in told(
        document({"name": "a"}, exemptions=[exemption])
    )
