"""Why a request was refused."""

from tests.processes import Document


def reasons(response: Document) -> set[str]:
    """Return the reasons of a denial, which this must be."""
    assert response["allowed"] is False
    return {cause["reason"] for cause in response["status"]["details"]["causes"]}
