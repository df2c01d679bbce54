"""Numbers in addresses that are none, or none that a database holds, are never an error."""

import pytest

from tests.leads.factories import make_lead
from tests.organization.factories import client_for, make_user

pytestmark = pytest.mark.django_db

PLACES = (
    "/settings/audit?who={}",
    "/settings/audit?before={}&id={}",
    "/leads?f.pool={}",
    "/settings/people?from={}&department={}",
    "/exports?before={}",
    "/options/user.json?ids={}",
)


@pytest.mark.parametrize("odd", ["²", "9" * 30])
def test_nothing_breaks(odd: str) -> None:
    make_lead(name="a")
    client = client_for(make_user(role="admin"))
    answers = {place: client.get(place.replace("{}", odd)).status_code for place in PLACES}
    assert {place: status for place, status in answers.items() if status >= 500} == {}
