"""The demo company's rules stand, and explain themselves on leads."""

import pytest
from django.core import mail as outbox

from headwater.routing.content import flaws, read_content
from headwater.routing.demo import set_up_rules
from headwater.routing.models import CustomerMail, Decision, RoutingRule
from headwater.routing.services.mailing import OUTBOX
from tests.leads.factories import make_lead, make_pool
from tests.organization.factories import make_user
from tests.routing.factories import route

pytestmark = pytest.mark.django_db


def test_the_demo_rules() -> None:
    people = {key: make_user(key).pk for key in ("north1", "north2", "south1", "south2")}
    pools = {key: make_pool(key) for key in ("north", "south", "finance", "public")}
    for number in range(6):
        agreed = {"email": f"c{number}@example.com", "consent_basis": "form"}
        make_lead(pool=pools["north"], intent="high" if number % 2 else "low", **agreed)
    set_up_rules(people, {key: pool.pk for key, pool in pools.items()})
    route()
    rules = list(RoutingRule.objects.filter(is_active=True))
    assert len(rules) == 3
    OUTBOX.send_due()
    assert outbox.outbox == []  # the demo writes to nobody
    assert sorted(CustomerMail.objects.values_list("state", flat=True)) == ["failed", "sent", "sent"]
    assert not [flaw for rule in rules for flaw in flaws(read_content(rule.content))]
    assert Decision.objects.filter(outcome="dispatched").count() == 3
