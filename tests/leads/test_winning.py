"""A lead becomes WON by itself, and goes back when what was won is open again."""

from datetime import timedelta

import pytest

from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.errors import DomainError
from headwater.leads import services
from headwater.leads.models import Lead, StageChange
from headwater.leads.services.winning import settle_all
from headwater.organization.models import User
from headwater.platform import audit
from headwater.platform.events import drain
from headwater.sales import services as sales
from headwater.sales.models import Opportunity
from tests.leads.factories import lead_access, make_lead
from tests.organization.factories import access, make_user

pytestmark = pytest.mark.django_db
NAMES = ["leads.won"]
SYSTEM = system_access("tests")


def converted(owner: User) -> tuple[Lead, services.Converted]:
    lead = make_lead(owner=owner, company="云峰制造")
    given = {"name": "边缘网关", "amount": "100000"}
    return lead, services.convert_lead(lead_access(owner, "convert"), lead.pk, opportunity=given)


def stage(lead: Lead) -> str:
    drain(names=NAMES)
    lead.refresh_from_db()
    return lead.stage


def test_a_won_opportunity_wins_its_lead_and_reopened_takes_it_back() -> None:
    rep = make_user(role="rep")
    lead, made = converted(rep)
    assert stage(lead) == "SQL"
    assert made.opportunity_id
    selling = access(rep, "opportunities.edit")
    sales.win(selling, made.opportunity_id)
    assert stage(lead) == "WON"
    step = StageChange.objects.filter(lead=lead, kind="stage").latest("id")
    won_at = Opportunity.objects.get(pk=made.opportunity_id).closed_at
    assert (step.before, step.after, step.actor_id, step.at) == ("SQL", "WON", None, won_at)
    assert (lead.stage_at, lead.status) == (won_at, "converted")
    assert audit.history("lead", lead.pk).items[0].changes == {"stage": ["SQL", "WON"]}
    version = lead.version
    assert settle_all(SYSTEM) == 0, "nothing twice"
    assert stage(lead) == "WON"
    assert lead.version == version
    with pytest.raises(DomainError):
        services.change_stage(lead_access(rep, "edit"), lead.pk, "SQL")
    sales.reopen(selling, made.opportunity_id)
    assert stage(lead) == "SQL"
    sales.win(selling, made.opportunity_id)
    sales.archive_opportunities(SYSTEM, [made.opportunity_id])
    assert stage(lead) == "SQL", "won and put away in one go"


def test_what_was_opened_later_at_the_account_counts_until_another_is_won() -> None:
    rep = make_user(role="rep")
    lead, made = converted(rep)
    selling = access(rep, "opportunities.create")
    with clock.freeze(clock.now() + timedelta(days=3)):
        later = sales.create_opportunity(selling, {"name": "二期", "account": made.account_id})
        sales.win(access(rep, "opportunities.edit"), later)
        assert stage(lead) == "WON"
        assert made.opportunity_id
        sales.win(access(rep, "opportunities.edit"), made.opportunity_id)
        sales.reopen(access(rep, "opportunities.edit"), later)
        assert stage(lead) == "WON", "the other one is won still"
        second = make_lead(owner=rep)
        services.convert_lead(lead_access(rep, "convert"), second.pk, account_id=made.account_id)
    with clock.freeze(clock.now() + timedelta(days=5)):
        newest = sales.create_opportunity(selling, {"name": "三期", "account": made.account_id})
        sales.win(access(rep, "opportunities.edit"), newest)
    assert (stage(lead), stage(second)) == ("WON", "WON")
    sales.reopen(access(rep, "opportunities.edit"), made.opportunity_id)
    assert (stage(lead), stage(second)) == ("SQL", "WON"), "the newest one belongs to the lead before it"


def test_what_was_won_before_is_found_at_night() -> None:
    rep = make_user(role="rep")
    lead, made = converted(rep)
    past = clock.now() - timedelta(days=400)
    assert made.opportunity_id
    sales.win(access(rep, "opportunities.edit"), made.opportunity_id)
    Opportunity.objects.filter(pk=made.opportunity_id).update(closed_at=past)
    Lead.objects.filter(pk=lead.pk).update(stage_at=past - timedelta(days=9))
    assert settle_all(SYSTEM) == 1
    lead.refresh_from_db()
    assert (lead.stage, lead.stage_at) == ("WON", past), "the step is dated by the win"
