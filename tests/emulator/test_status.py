"""Codes and statuses."""

import pytest

from webhook.emulator.status import HTTP_STATUS, Code, code_of, invalid, not_found


def test_every_code_has_a_status() -> None:
    """The gateway's table is complete."""
    assert set(HTTP_STATUS) == set(Code)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 429, 499, 500, 501, 503, 504])
def test_a_status_leads_back_to_a_code_of_it(status: int) -> None:
    """The code that is made up for a status would have been answered with that status."""
    assert HTTP_STATUS[code_of(status)] == status


def test_a_status_that_no_code_has_is_unknown() -> None:
    """What the gateway never answers is UNKNOWN."""
    assert code_of(418) is Code.UNKNOWN


def test_refusals_name_what_they_are_about() -> None:
    """A missing thing is NOT_FOUND, a wrong parameter INVALID_ARGUMENT with the field."""
    assert not_found("Image", "crp1").code is Code.NOT_FOUND
    assert "crp1" in str(not_found("Image", "crp1"))
    assert invalid("pageSize", "too large").violations == {"pageSize": "too large"}
