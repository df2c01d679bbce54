"""Deadlines: what the database keeps, what Python explains, and that both are the same."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.engagement.services import link_history
from headwater.engagement.types import RecordRef
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.leads.models import Lead
from headwater.leads.services import assign_leads, change_stages, claim_lead, invalidate_leads, return_leads
from headwater.leads.services.deadlines import explain_deadlines, renew
from headwater.organization.models import Calendar
from headwater.organization.services.openings import write
from headwater.pools.models import RecycleRule
from headwater.pools.types import Got
from headwater.sales.services import create_account, create_opportunity
from tests.leads.factories import lead_access, make_lead, make_pool
from tests.leads.rules import make_rule, only_rule, reckoned, set_lead
from tests.organization.factories import make_user

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
HOURS = [[["09:00", "12:00"], ["13:00", "18:00"]]] * 5 + [[]] * 2


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def follow_up(lead: Lead, user: Any, moment: datetime) -> None:
    from headwater.engagement.services import record_activity

    with clock.freeze(moment):
        record_activity(lead_access(user, "edit"), "lead", lead.pk, kind="call", content="聊了")


def test_a_lead_got_is_due_after_24_hours_then_after_15_days() -> None:
    only_rule(response_hours=24, overdue_days=15)
    rep = make_user()
    moment = clock.now()
    with clock.freeze(moment):
        lead = make_lead()
        assert lead.recycle_due_at is None
        claim_lead(lead_access(rep, "claim"), lead.pk)
    lead.refresh_from_db()
    assert (lead.got, lead.recycle_rule) == ("claimed", "规则 v1")
    assert lead.first_response_due_at == lead.recycle_due_at == moment + DAY
    assert lead.warn_at == moment + timedelta(hours=20)
    follow_up(lead, rep, moment + timedelta(hours=2))
    lead.refresh_from_db()
    assert lead.first_response_due_at is None
    assert lead.recycle_due_at == moment + timedelta(hours=2) + 15 * DAY


def test_a_follow_up_of_the_owner_before_counts_for_nothing() -> None:
    only_rule(response_hours=24, overdue_days=15)
    rep, other = make_user(), make_user()
    moment = clock.now()
    lead = make_lead(owner=rep)
    follow_up(lead, rep, moment + timedelta(hours=1))
    with clock.freeze(moment + 10 * DAY):
        assign_leads(lead_access(make_user(role="admin"), "assign"), [lead.pk], [other.pk])
    lead.refresh_from_db()
    assert lead.recycle_due_at == moment + 11 * DAY


def test_what_is_closed_pooled_or_without_a_rule_has_no_deadline() -> None:
    only_rule(overdue_days=15, rhythm={"high": 1})
    admin, rep = make_user(role="admin"), make_user()
    for act in (
        lambda pk: return_leads(lead_access(rep, "return"), [pk], reason="no_need"),
        lambda pk: invalidate_leads(lead_access(admin, "invalidate"), [pk], reason="test"),
        lambda pk: RecycleRule.objects.update(is_enabled=False) and renew([pk]),
    ):
        lead = make_lead(owner=rep, intent="high")
        assert lead.recycle_due_at is not None
        assert lead.follow_due_at is not None
        act(lead.pk)
        lead.refresh_from_db()
        assert (lead.recycle_due_at, lead.follow_due_at, lead.warn_at, lead.recycle_rule) == (
            None,
            None,
            None,
            "",
        )


def test_the_rule_of_the_pool_goes_before_that_of_the_company_and_the_first_that_fits_governs() -> None:
    only_rule(name="公司", overdue_days=15)
    pool = make_pool()
    make_rule(name="高意向", pool=pool.pk, intents=["high"], overdue_days=3)
    make_rule(name="领取的", pool=pool.pk, gots=[Got.CLAIMED.value], overdue_days=5)
    rep = make_user()
    high = make_lead(pool=pool, owner=rep, intent="high")
    assigned = make_lead(pool=pool, owner=rep)
    claimed = make_lead(pool=pool)
    claim_lead(lead_access(rep, "claim"), claimed.pk)
    claimed.refresh_from_db()
    assert [lead.recycle_rule for lead in (high, assigned, claimed)] == ["高意向 v1", "公司 v1", "领取的 v1"]


def test_a_stage_or_an_open_opportunity_exempts() -> None:
    only_rule(overdue_days=15, exempt_stages=["SQL", "WON"], exempts_opportunity=True)
    rep = make_user()
    lead, other = make_lead(owner=rep), make_lead(owner=rep)
    change_stages(lead_access(rep, "edit"), [lead.pk], "SQL")
    system = system_access("tests")
    account = create_account(system, {"name": "某公司"})
    made = create_opportunity(system, {"name": "商机", "account": account})
    link_history(system, RecordRef("opportunity", made), source=RecordRef("lead", other.pk))
    renew([other.pk])
    for pk in (lead.pk, other.pk):
        assert Lead.objects.get(pk=pk).recycle_due_at is None
    explained = explain_deadlines(lead_access(rep, "view"), other.pk).deadlines
    assert explained is not None
    assert explained.is_exempt
    change_stages(lead_access(rep, "edit"), [lead.pk], "MQL")
    assert Lead.objects.get(pk=lead.pk).recycle_due_at is not None


def test_all_periods_must_pass_when_the_rule_says_so() -> None:
    only_rule(overdue_days=5, convert_days=10, joined="all")
    rep = make_user()
    moment = clock.now()
    lead = make_lead(owner=rep)
    assert lead.recycle_due_at is not None
    assert abs(lead.recycle_due_at - moment - 10 * DAY) < timedelta(minutes=1)
    only_rule(response_hours=24, overdue_days=5, joined="all")
    never, once = make_lead(owner=rep), make_lead(owner=rep)
    set_lead(once.pk, status="following", last_activity_at=clock.now())
    assert never.recycle_due_at is not None
    assert Lead.objects.get(pk=once.pk).recycle_due_at is None


def test_working_time_passes_over_the_days_off_that_were_moved() -> None:
    """National Day 2026: 10-01 to 10-07 are off; Saturday 10-10 is worked."""
    now = clock.now()
    calendar = Calendar(name="客服", hours=HOURS, time_zone="Asia/Shanghai", created_at=now, updated_at=now)
    write(calendar)
    pool = make_pool(calendar=calendar.pk)
    only_rule(pool=pool.pk, response_hours=8, overdue_days=3, clock="working")
    lead = make_lead(pool=pool, owner=make_user())
    got = at("2026-09-30T17:00")
    set_lead(lead.pk, assigned_at=got)
    assert reckoned(lead.pk)["recycle_due_at"] == at("2026-10-08T17:00")
    set_lead(lead.pk, status="following", last_activity_at=got)
    due = reckoned(lead.pk)["recycle_due_at"]
    assert due.astimezone(SHANGHAI) == at("2026-10-10T17:00"), "a Saturday that is worked"
    set_lead(lead.pk, last_activity_at=at("2026-12-31T17:00"), assigned_at=got)
    assert reckoned(lead.pk)["recycle_due_at"] > at("2027-01-04T09:00"), "across the turn of the year"


moments = st.integers(-40 * 24 * 60, 0).map(lambda minutes: timedelta(minutes=minutes))
maybe = st.one_of(st.none(), moments)


@given(
    rule=st.fixed_dictionaries(
        {
            "response_hours": st.sampled_from([None, 0.5, 24, 48]),
            "overdue_days": st.sampled_from([None, 2, 15]),
            "convert_days": st.sampled_from([None, 3, 30]),
            "joined": st.sampled_from(["any", "all"]),
            "clock": st.sampled_from(["natural", "working"]),
            "calendar_of": st.sampled_from(["pool", "department"]),
            "stages": st.sampled_from([[], ["UQL"]]),
            "exempt_stages": st.sampled_from([[], ["SQL"]]),
            "warn_response_hours": st.sampled_from([0, 0.25]),
            "rhythm": st.sampled_from([{}, {"high": 1, "low": 7}]),
        }
    ),
    second=st.booleans(),
    got=moments,
    followed=maybe,
    planned=maybe,
    protected=maybe,
    before=maybe,
    told=maybe,
    changed=moments,
    grace=st.integers(0, 72),
    stage=st.sampled_from(["UQL", "MQL", "SQL"]),
    intent=st.sampled_from(["", "high", "low"]),
    status=st.sampled_from(["assigned", "following"]),
    got_how=st.sampled_from(list(Got.values)),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_python_and_the_database_reckon_the_same(
    rule: dict[str, Any],
    second: bool,
    got: timedelta,
    followed: timedelta | None,
    planned: timedelta | None,
    protected: timedelta | None,
    before: timedelta | None,
    told: timedelta | None,
    changed: timedelta,
    grace: int,
    stage: str,
    intent: str,
    status: str,
    got_how: str,
) -> None:
    now = datetime(2026, 10, 20, 4, tzinfo=UTC)

    def moment(offset: timedelta | None, plus: timedelta = timedelta(0)) -> datetime | None:
        return None if offset is None else now + offset + plus

    if rule["joined"] == "all" and rule["overdue_days"] is None and rule["convert_days"] is None:
        rule = rule | {"joined": "any"}
    pool = make_pool()
    only_rule(**rule)
    if second:
        make_rule(name="其二", pool=pool.pk, gots=[Got.CLAIMED.value], overdue_days=4)
    rep = make_user(role="admin")
    lead = make_lead(pool=pool, owner=rep)
    RecycleRule.objects.update(
        changed_at=moment(changed), spares_until=moment(changed, timedelta(hours=grace))
    )
    columns = {
        "status": status,
        "stage": stage,
        "intent": intent,
        "got": got_how,
        "assigned_at": moment(got),
        "last_activity_at": moment(followed),
        "next_follow_at": moment(planned, timedelta(days=45)),
        "protected_until": moment(protected, timedelta(days=45)),
    }
    set_lead(lead.pk, **columns)
    set_lead(lead.pk, recycle_due_at=moment(before, timedelta(days=20)), warned_until=moment(told))
    known = reckoned(lead.pk)
    explained = explain_deadlines(lead_access(rep, "view"), lead.pk).deadlines
    if explained is None:
        assert known["rule_id"] is None
        return
    assert {
        "rule_id": explained.rule.pk,
        "rule_label": explained.rule.label,
        "response_due_at": explained.response_due_at,
        "follow_due_at": explained.follow_due_at,
        "recycle_due_at": explained.recycle_due_at,
        "cause": explained.cause,
        "warn_at": explained.warn_at,
    } == {
        key: known[key]
        for key in (
            "rule_id",
            "rule_label",
            "response_due_at",
            "follow_due_at",
            "recycle_due_at",
            "cause",
            "warn_at",
        )
    }
