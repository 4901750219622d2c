"""What is done next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.clusters import HOST
from tests.jobs.certificates.passes import TERMS
from webhook.errors import Invalid
from webhook.jobs.certificates.making import AUTHORITY_VALIDITY, CLOCK_TOLERANCE, Pair, issue, new_authority
from webhook.jobs.certificates.plan import (
    AUTHORITY_MARGIN,
    RETIRING,
    SETTLING,
    AddAuthority,
    Forget,
    Found,
    Issue,
    Publish,
    Rest,
    Step,
    Terms,
    plan,
)

NOW = datetime(2027, 1, 1, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
LONG_AGO = NOW - 10 * DAY
OLD, NEW, FOREIGN = new_authority(LONG_AGO), new_authority(NOW), new_authority(LONG_AGO)
OLDC, NEWC, FOREIGNC = OLD.certificate, NEW.certificate, FOREIGN.certificate


def serving(signer: Pair = OLD, *, at: datetime = LONG_AGO, name: str = HOST) -> Pair:
    """Return a serving certificate that was made *at* a time."""
    return issue(signer, (name, f"{name}.cluster.local"), now=at, validity=TERMS.validity)


IN_ORDER = Found((OLDC,), OLD, serving(), ((OLDC,), (OLDC,)), LONG_AGO)
ROLLING = Found((NEWC, OLDC), NEW, serving(), ((NEWC, OLDC),), NOW)
ROLLED = Found((NEWC, OLDC), NEW, serving(NEW, at=NOW), ((NEWC, OLDC),), NOW)


@pytest.mark.parametrize(
    ("found", "after", "step"),
    [
        pytest.param(Found((), None, None, ((),), None), 0, AddAuthority(()), id="nothing"),
        pytest.param(replace(IN_ORDER, signer=None), 0, AddAuthority((OLDC,)), id="key of the authority lost"),
        pytest.param(IN_ORDER, 3300, AddAuthority((OLDC,)), id="authority near its end"),
        pytest.param(IN_ORDER, 4000, AddAuthority(()), id="authority ended"),
        pytest.param(IN_ORDER, -11, AddAuthority(()), id="authority not yet valid"),
        pytest.param(Found((OLDC,), OLD, None, ((),), None), 0, Publish((OLDC,)), id="not published"),
        pytest.param(replace(IN_ORDER, published=((OLDC,), ())), 0, Publish((OLDC,)), id="one caBundle emptied"),
        pytest.param(replace(IN_ORDER, since=None), 0, Publish((OLDC,)), id="published nobody knows when"),
        pytest.param(replace(IN_ORDER, since=NOW + SECOND), 0, Publish((OLDC,)), id="published later"),
        pytest.param(replace(ROLLING, published=((OLDC,),)), 0, Publish((NEWC, OLDC)), id="not yet published"),
        pytest.param(replace(IN_ORDER, published=((FOREIGNC, OLDC),)), 0, Publish((OLDC,)), id="foreign authority"),
        pytest.param(
            replace(IN_ORDER, serving=None, published=((FOREIGNC,),)), 0, Publish((OLDC, FOREIGNC)), id="taken over"
        ),
        pytest.param(
            replace(IN_ORDER, serving=serving(FOREIGN), published=((FOREIGNC, OLDC),)),
            0,
            Publish((OLDC, FOREIGNC)),
            id="foreign authority that is needed",
        ),
        pytest.param(replace(IN_ORDER, published=()), 60, Issue(OLD, "it is due"), id="no webhooks at all"),
        pytest.param(Found((OLDC,), OLD, None, ((OLDC,),), NOW), 0, Issue(OLD, "there is none"), id="no certificate"),
        pytest.param(IN_ORDER, 50, Issue(OLD, "it is due"), id="certificate due"),
        pytest.param(IN_ORDER, 49, Rest(NOW + 50 * DAY, "all is in order"), id="certificate not yet due"),
        pytest.param(replace(IN_ORDER, serving=serving(name="x")), 0, Issue(OLD, f"it is not for {HOST}"), id="name"),
        pytest.param(
            replace(ROLLING, serving=serving(FOREIGN)), 0, Issue(NEW, "no authority here has signed it"), id="stranger"
        ),
        pytest.param(ROLLING, 0, Rest(NOW + SETTLING, "publication settles"), id="settling"),
        pytest.param(ROLLING, 1, Issue(NEW, "its authority is replaced"), id="settled"),
        pytest.param(ROLLED, 0, Rest(NOW + RETIRING, "a replaced authority retires"), id="retiring"),
        pytest.param(ROLLED, 1, Publish((NEWC,)), id="retired"),
        pytest.param(replace(ROLLED, published=((NEWC,),)), 1, Forget((NEWC,)), id="withdrawn"),
    ],
)
def test_step(found: Found, after: int, step: Step) -> None:
    """Each situation has one next step; *after* is in days."""
    assert plan(found, TERMS, now=NOW + after * DAY) == step


def test_certificate_that_has_ended_does_not_wait() -> None:
    """Where nothing works, a new authority signs as soon as it is published."""
    ended = replace(ROLLING, serving=serving(at=NOW - 90 * DAY))
    step = plan(ended, TERMS, now=NOW)
    assert isinstance(step, Issue)
    assert step.why.startswith("it is valid from")


def test_a_second_makes_the_difference() -> None:
    """Every margin is kept to the second."""
    young = new_authority(NOW)
    end = NOW + AUTHORITY_VALIDITY - AUTHORITY_MARGIN
    fresh = issue(young, TERMS.names, now=end - DAY, validity=TERMS.validity)
    found = Found((young.certificate,), young, fresh, ((young.certificate,),), NOW)

    assert plan(found, TERMS, now=end - SECOND) == Rest(end, "all is in order")
    assert plan(found, TERMS, now=end) == AddAuthority((young.certificate,))
    assert isinstance(plan(ROLLING, TERMS, now=NOW + SETTLING - SECOND), Rest)
    assert isinstance(plan(ROLLING, TERMS, now=NOW + SETTLING), Issue)
    assert isinstance(plan(ROLLED, TERMS, now=NOW + RETIRING - SECOND), Rest)
    assert isinstance(plan(ROLLED, TERMS, now=NOW + RETIRING), Publish)


def test_margins_leave_room() -> None:
    """What the terms allow never outlives its authority, and what must settle does so long before anything ends."""
    assert AUTHORITY_MARGIN < AUTHORITY_VALIDITY
    assert SETTLING < RETIRING < TERMS.renew_before
    assert CLOCK_TOLERANCE < RETIRING


@pytest.mark.parametrize(
    ("validity", "renew_before"),
    [(90, 90), (30, 90), (90, 0), (90, -1), (0, 0), (366, 30)],
)
def test_terms_that_do_not_go_together(validity: int, renew_before: int) -> None:
    """They are refused: a certificate would be replaced for ever, or outlive its authority."""
    with pytest.raises(Invalid):
        Terms((HOST,), validity * DAY, renew_before * DAY)
