"""The preview tells of all leads at once what the function says of each, and what the sweep then does."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from headwater.engagement.services import link_history
from headwater.engagement.types import RecordRef
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.sql import execute, rows, value, values
from headwater.leads.models import Lead
from headwater.leads.services.deadlines import DEADLINES, renew
from headwater.leads.services.foretelling import foretell, forget
from headwater.leads.services.previewing import preview_rule
from headwater.leads.services.recalculating import save_recycle_rule
from headwater.leads.services.recycling import recycle_due
from headwater.organization.models import Calendar, Department, User
from headwater.organization.services.openings import write
from headwater.pools.models import Pool, RecycleRule
from headwater.pools.types import Got
from headwater.sales.services import create_account, create_opportunity
from tests.leads.factories import make_lead, make_pool
from tests.leads.rules import make_rule, only_rule, set_lead
from tests.organization.factories import make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOURS = [[["09:00", "12:00"], ["13:00", "18:00"]]] * 5 + [[]] * 2
LATE = [[["14:00", "22:00"]]] * 6 + [[]]


def a_calendar(name: str, hours: list[Any]) -> Calendar:
    now = clock.now()
    made = Calendar(name=name, hours=hours, time_zone="Asia/Shanghai", created_at=now, updated_at=now)
    write(made)
    return made


def a_company(dice: random.Random, leads: int) -> tuple[list[Pool], list[User]]:
    """Pools and departments with and without calendars; leads of every kind, some far from these years."""
    late = a_calendar("晚班", LATE)
    pools = [make_pool(), make_pool(calendar=late.pk), make_pool(calendar=a_calendar("白班", HOURS).pk)]
    reps = [make_user(private_cap=1000) for _ in range(3)]
    Department.objects.filter(pk=reps[0].department_id).update(calendar=late)
    system = system_access("tests")
    for _ in range(leads):
        lead = make_lead(pool=dice.choice(pools), owner=dice.choice(reps))
        moment = clock.now()

        def past(days: int, moment: datetime = moment) -> datetime:
            return moment - timedelta(seconds=dice.uniform(0, days * 86400))

        got = dice.choice([past(30), past(30), past(9000), moment + (moment - past(9000))])
        set_lead(
            lead.pk,
            status=dice.choice(["assigned", "following"]),
            stage=dice.choice(["UQL", "MQL", "SQL"]),
            intent=dice.choice(["", "high", "low"]),
            business_line=dice.choice(["", "云服务"]),
            got=dice.choice(list(Got.values)),
            assigned_at=got,
            last_activity_at=dice.choice([None, past(20)]),
            protected_until=dice.choice([None, None, past(20) + 20 * DAY]),
        )
        set_lead(lead.pk, recycle_due_at=dice.choice([None, past(20) + 20 * DAY]))
        if dice.random() < 0.1:
            account = create_account(system, {"name": f"某公司{lead.pk}"})
            made = create_opportunity(system, {"name": "商机", "account": account})
            link_history(system, RecordRef("opportunity", made), source=RecordRef("lead", lead.pk))
    return pools, reps


def terms(dice: random.Random) -> dict[str, Any]:
    return {
        "response_hours": dice.choice([None, 0.5, 24]),
        "overdue_days": dice.choice([2, 15, 7.25]),
        "convert_days": dice.choice([None, 3, 30]),
        "warn_response_hours": 0.25,
        "joined": dice.choice(["any", "all"]),
        "clock": dice.choice(["natural", "working"]),
        "calendar_of": dice.choice(["pool", "department"]),
        "stages": dice.choice([[], ["UQL", "SQL"]]),
        "intents": dice.choice([[], ["high"]]),
        "gots": dice.choice([[], ["claimed"]]),
        "exempt_stages": dice.choice([[], ["SQL"]]),
        "exempts_opportunity": dice.random() < 0.5,
    }


def test_all_leads_at_once_as_each_by_the_function() -> None:
    dice = random.Random(7)
    pools, _reps = a_company(dice, 80)
    pool_ids = [pool.pk for pool in pools]
    seen = {"natural": 0, "working": 0}
    for _ in range(25):
        only_rule(name="末", **terms(dice))
        for pool in (None, *pool_ids):
            if dice.random() < 0.6:
                make_rule(name="另", pool=pool, **terms(dice))
        changed = clock.now() - timedelta(days=dice.uniform(0, 20))
        RecycleRule.objects.update(changed_at=changed, spares_until=changed + timedelta(days=9))
        only = dice.choice([None, pool_ids[:2]])
        foretell(only)
        found = rows("SELECT id, owner_id, after, rule_id FROM recycle_preview ORDER BY id")
        known = rows(
            "SELECT l.id, l.owner_id, d.recycle_due_at AS after, d.rule_id"
            f" FROM leads_lead l LEFT JOIN LATERAL {DEADLINES} d ON TRUE WHERE l.status IN"
            " ('assigned', 'following') AND (%s::bigint[] IS NULL OR l.home_pool_id = ANY(%s)) ORDER BY l.id",
            (only, only),
        )
        for kind in seen:
            seen[kind] += value(
                "SELECT count(after) FROM recycle_preview p JOIN pools_recyclerule r ON r.id = p.rule_id"
                " WHERE r.clock = %s",
                (kind,),
            )
        forget()
        assert found == known
    assert min(seen.values()) > 100, "the dice must not have missed what this is about"


def test_working_time_at_the_very_edges_of_openings() -> None:
    calendar = a_calendar("白班", HOURS)
    pool, rep = make_pool(calendar=calendar.pk), make_user(private_cap=1000)
    edges = rows(
        "SELECT starts_at, ends_at FROM organization_opening WHERE calendar_id = %s"
        " AND starts_at BETWEEN %s AND %s ORDER BY starts_at",
        (calendar.pk, clock.now() - 9 * DAY, clock.now()),
    )
    first, last = calendar.open_from, calendar.open_until
    tick = timedelta(microseconds=1)
    moments = [edge for row in edges for edge in row.values()] + [first, last, last - 9 * DAY]
    for moment in moments:
        for at in (moment - tick, moment, moment + tick):
            set_lead(make_lead(pool=pool, owner=rep).pk, assigned_at=at, status="assigned")
    # 3 and 8 hours end with a morning and a day: an end on the edge belongs to what was worked before it.
    for hours in (0.25, 3, 5, 8, 24):
        only_rule(overdue_days=None, response_hours=hours, clock="working", warn_response_hours=0.1)
        foretell(None)
        found = rows("SELECT id, after FROM recycle_preview ORDER BY id")
        known = rows(
            "SELECT l.id, d.recycle_due_at AS after FROM leads_lead l"
            f" LEFT JOIN LATERAL {DEADLINES} d ON TRUE ORDER BY l.id"
        )
        forget()
        assert len(found) == len(moments) * 3 > 50
        assert found == known


@pytest.mark.parametrize("seed", range(4))
def test_what_the_preview_shows_is_what_the_sweep_then_takes(seed: int) -> None:
    dice = random.Random(seed)
    a_company(dice, 60)
    rule = only_rule(overdue_days=90)
    renew(values("SELECT id FROM leads_lead"))
    moment = clock.now()
    changed = terms(dice) | {"clock": ["natural", "working"][seed % 2], "joined": "any"}
    with clock.freeze(moment):
        shown = preview_rule(system_access("tests"), changed, rule_id=rule.pk)
        save_recycle_rule(system_access("tests"), changed, rule_id=rule.pk)
        renew(values("SELECT id FROM leads_lead WHERE status IN ('assigned', 'following')"))
    governed = Lead.objects.filter(recycle_rule="规则 v2").count()
    midnight = timezone.localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)
    taken = []
    for day in range(len(shown.days)):
        with clock.freeze(midnight + (day + 1) * DAY - timedelta(microseconds=1)):
            taken.append(recycle_due())
    assert taken == [day.after for day in shown.days]
    assert shown.governed == governed
    losers = rows(
        "SELECT from_owner_id AS id, count(*) AS n FROM leads_transfer WHERE why = 'recycled' GROUP BY 1"
    )
    assert {owner.owner_id: owner.after for owner in shown.owners if owner.after} == {
        row["id"]: row["n"] for row in losers
    }


def test_natural_time_alone_looks_at_no_calendar() -> None:
    only_rule(overdue_days=15)
    make_lead(owner=make_user())
    with CaptureQueriesContext(
        connection,
    ) as asked:
        foretell(None)
    assert value("SELECT count(after) FROM recycle_preview") == 1
    assert not any("organization_opening" in query["sql"] for query in asked)
    execute("DROP TABLE recycle_preview, recycle_plan")
