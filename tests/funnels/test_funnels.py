"""Funnel, speed, stages and leaderboard against plain SQL, for readers who see less, for empty periods."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from headwater.funnels.rules import ROUTING, Rule, marks
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.sql import rows, value
from headwater.platform.versions import save_version
from headwater.rollups.services.rebuilding import fill, start_anew
from headwater.rollups.types import Key
from headwater.routing.models import VERSIONS, Decision, RoutingRule
from tests.insight.presets.drawn import Drawn
from tests.organization.factories import client_for, make_user

pytestmark = pytest.mark.django_db
BASE = "/api/v1/funnels"
ALL = "?period=all&vs=none"
PAGES = ("/funnel", "/funnel/stages", "/funnel/speed", "/leaderboard", "/rules/effect")

# One lead with what came of it, written without the product's own joins. An opportunity that no conversion
# names belongs to the lead converted into its account last before it; so do orders without opportunity.
PLAIN = """
WITH named AS (SELECT c.lead_id, x.id FROM leads_conversion c, unnest(c.opportunity_ids) AS x (id)),
opened AS (
  SELECT (SELECT c.lead_id FROM leads_conversion c WHERE c.account_id = o.account_id AND c.at <= o.created_at
          ORDER BY c.at DESC, c.id DESC LIMIT 1) AS lead_id, o.id
  FROM sales_opportunity o WHERE o.id NOT IN (SELECT id FROM named)
),
deals AS (SELECT * FROM named UNION SELECT * FROM opened WHERE lead_id IS NOT NULL),
sold AS (
  SELECT d.lead_id, o.* FROM deals d JOIN orders_order o ON o.opportunity_id = d.id
  UNION
  SELECT (SELECT c.lead_id FROM leads_conversion c WHERE c.account_id = o.account_id
          AND (c.at AT TIME ZONE 'Asia/Shanghai')::date <= o.ordered_on
          ORDER BY c.at DESC, c.id DESC LIMIT 1), o.*
  FROM orders_order o WHERE o.opportunity_id IS NULL
),
facts AS (
  SELECT l.id, l.source_id, l.owner_id, l.created_at,
    (SELECT min(a.occurred_at) FROM engagement_activity a WHERE a.record_type = 'lead' AND a.record_id = l.id
     AND a.kind <> 'note' AND a.archived_at IS NULL
     AND a.occurred_at >= date_trunc('minute', l.created_at)) AS answered_at,
    EXISTS (SELECT 1 FROM leads_conversion c WHERE c.lead_id = l.id) AS converted,
    EXISTS (SELECT 1 FROM deals d JOIN sales_opportunity o ON o.id = d.id AND o.archived_at IS NULL
            WHERE d.lead_id = l.id) AS opportunity,
    EXISTS (SELECT 1 FROM deals d JOIN sales_opportunity o ON o.id = d.id AND o.archived_at IS NULL
            AND o.status = 'won' WHERE d.lead_id = l.id) AS won,
    EXISTS (SELECT 1 FROM sold o WHERE o.lead_id = l.id AND o.archived_at IS NULL
            AND o.state IN ('active', 'completed')) AS ordered
  FROM leads_lead l WHERE l.archived_at IS NULL
)
"""
FUNNEL = f"""{PLAIN}
SELECT count(*) AS lead, count(answered_at) AS responded, count(*) FILTER (WHERE converted) AS converted,
  count(*) FILTER (WHERE opportunity) AS opportunity, count(*) FILTER (WHERE won) AS won,
  count(*) FILTER (WHERE ordered) AS "order" FROM facts
"""


def read(client: Client, path: str) -> Any:
    answer = client.get(f"{BASE}{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def told(counts: list[dict[str, Any]]) -> dict[str, int]:
    return {one["step"]: one["leads"] for one in counts}


def test_a_company_drawn_at_random_agrees_with_plain_sql() -> None:
    drawn = Drawn(3)
    for key in Key:  # they were drawn behind its back
        start_anew(key)
        fill(key)
    client = client_for(drawn.admin)
    _the_funnel(client)
    _its_records(client)
    _speed(client)
    _stages_and_leaderboard(client, drawn)
    _a_rule(client, drawn)
    # Somebody with less reach sees less, on each page, and never more than their own.
    rep = client_for(drawn.reps[0])
    own = value(
        "SELECT count(*) FROM leads_lead WHERE archived_at IS NULL AND owner_id = %s", (drawn.reps[0].pk,)
    )
    seen = told(read(rep, ALL)["sides"][0]["counts"])
    whole = told(read(client, ALL)["sides"][0]["counts"])
    assert own <= seen["lead"] < whole["lead"]  # pools that everybody sees come on top
    assert all(seen[step] <= whole[step] for step in seen)
    people = {one["person_id"] for one in read(rep, f"/leaderboard{ALL}")["ranks"]}
    assert people <= {drawn.reps[0].pk}
    for page in PAGES:
        answer = rep.get(f"{page}?period=all")
        assert answer.status_code == 200
        assert 'data-tone="warn"' not in answer.content.decode(), page


def _the_funnel(client: Client) -> None:
    found = read(client, ALL)
    assert len(found["sides"]) == 1
    counts = found["sides"][0]["counts"]
    (wanted,) = rows(FUNNEL)
    seen = told(counts)
    assert {step: seen[step] for step in wanted} == wanted
    assert seen["mql"] >= seen["sql"]
    by_step = {one["step"]: one for one in counts}
    assert float(by_step["converted"]["share"]) == pytest.approx(
        100 * seen["converted"] / seen["lead"], abs=0.05
    )
    assert float(by_step["won"]["rate"]) == pytest.approx(100 * seen["won"] / seen["opportunity"], abs=0.05)
    # Groups: every lead is in one source, so the groups add up.
    by_source = {
        row["source_id"]: row["leads"]
        for row in rows(f"{PLAIN} SELECT source_id, count(*) AS leads FROM facts WHERE won GROUP BY 1")
    }
    groups = {one["key"]: told(one["counts"])["won"] for one in found["groups"]}
    assert {key: won for key, won in groups.items() if won} == {
        str(key) if key else "null": leads for key, leads in by_source.items()
    }
    one, two = (group["key"] for group in found["groups"][:2])
    beside = read(client, f"{ALL}&one={one}&two={two}")["sides"]
    assert [side["counts"] for side in beside] == [group["counts"] for group in found["groups"][:2]]


def _its_records(client: Client) -> None:
    won = read(client, ALL)["sides"][0]["counts"][6]["leads"]
    listed = client.get("/funnel/records?what=funnel_counts&period=all&vs=none&by=source&m=m7&k=[]")
    assert listed.status_code == 200
    found = rows(f"{PLAIN} SELECT l.name FROM facts f JOIN leads_lead l ON l.id = f.id WHERE f.won")
    assert len(found) == won
    page = listed.content.decode()
    assert all(row["name"] in page for row in found[:20])
    assert client.get("/funnel/records?what=nothing&m=m1").status_code == 422


def _speed(client: Client) -> None:
    found = read(client, f"/speed{ALL}")
    limits = [300, 900, 3_600, 14_400, 86_400, None]
    wanted, over = [], -1
    for until in limits:
        wanted.append(
            value(
                f"{PLAIN} SELECT count(*) FROM (SELECT extract(epoch FROM greatest(answered_at, created_at)"
                " - created_at) AS s FROM facts WHERE answered_at IS NOT NULL) x WHERE s > %s AND s <= %s",
                (over, until or 10**12),
            )
        )
        over = until or 0
    wanted.append(value(f"{PLAIN} SELECT count(*) FROM facts WHERE answered_at IS NULL"))
    assert [one["leads"] for one in found["spans"]] == wanted
    assert sum(wanted) == found["leads"]
    assert sum(row["values"][1] for row in found["hours"]["rows"]) == found["leads"]


def _stages_and_leaderboard(client: Client, drawn: Drawn) -> None:
    stages = read(client, "/stages?period=all")
    leads = stages["counts"]["total"][0]
    assert leads == value("SELECT count(*) FROM leads_lead WHERE archived_at IS NULL")
    quarters = read(client, "/stages?period=all&by=quarter")["counts"]
    assert quarters["groupings"][0]["bucket"] == "quarter"
    assert sum(row["values"][0] for row in quarters["rows"]) == leads
    board = read(client, f"/leaderboard{ALL}&sort=follow_ups")
    wanted = {
        row["author_id"]: row["n"]
        for row in rows(
            "SELECT author_id, count(*) AS n FROM engagement_activity WHERE archived_at IS NULL"
            " AND kind <> 'note' GROUP BY 1"
        )
    }
    seen = {one["person_id"]: one["values"].get("follow_ups") for one in board["ranks"]}
    assert {person: int(number) for person, number in seen.items() if number} == wanted
    assert board["ranks"][0]["place"] == 1
    amounts = read(client, f"/leaderboard{ALL}")
    assert (amounts["by"], amounts["currency"]) == ("won_amount", "CNY")


def _a_rule(client: Client, drawn: Drawn) -> None:
    """A version of 30 days ago; decisions are drawn over 60 days."""
    then = drawn.now - timedelta(days=30)
    rule = RoutingRule.objects.create(name="北区", position=1, created_at=then, updated_at=then)
    Decision.objects.filter(rule_name="北区").update(rule=rule)
    with clock.freeze(then):
        save_version(system_access("test"), VERSIONS, rule.pk, {"a": 1})
    with timezone.override("America/New_York"):  # the company's day, wherever the reader is
        (mark,) = marks(Rule("", ROUTING, rule.pk, rule.name))
    assert mark.day == timezone.localdate(then)
    RoutingRule.objects.filter(pk=rule.pk).update(name="华北")  # what it did before is still its own
    found = read(client, f"/rules?period=all&rule=routing-{rule.pk}&weeks=2")
    assert (found["rule"], found["version"], found["days_left"]) == (f"routing-{rule.pk}", 1, 0)
    day = timezone.localdate(then)
    for side, since in (("before", day - timedelta(days=14)), ("after", day)):
        (wanted,) = rows(
            "SELECT count(*) AS leads, round(100.0 * count(*) FILTER (WHERE EXISTS (SELECT 1 FROM"
            " leads_conversion c WHERE c.lead_id = d.lead_id AND c.at >= d.at)) / nullif(count(*), 0), 6)"
            " AS converted FROM routing_decision d JOIN leads_lead l ON l.id = d.lead_id"
            " WHERE l.archived_at IS NULL AND d.rule_name = '北区' AND d.outcome = 'dispatched'"
            " AND (d.at AT TIME ZONE 'Asia/Shanghai')::date >= %s"
            " AND (d.at AT TIME ZONE 'Asia/Shanghai')::date < %s",
            (since, since + timedelta(days=14)),
        )
        assert found[side]["leads"] == wanted["leads"] > 0
        assert float(found[side]["converted"]) == pytest.approx(float(wanted["converted"]), abs=0.01)
    assert found["is_thin"]  # and the page says so instead of a difference
    page = client.get(f"/rules/effect?period=all&rule=routing-{rule.pk}&weeks=2").content.decode()
    assert 'data-tone="good"' not in page
    assert 'data-tone="bad"' not in page


def test_nothing_at_all_and_what_cannot_be_taken() -> None:
    client = client_for(make_user(role="admin"))
    found = read(client, "?period=2001-01-01..2001-01-31")
    assert len(found["sides"]) == 2
    assert {one["rate"] for side in found["sides"] for one in side["counts"]} == {None}
    assert read(client, "/speed?period=2001-01-01..2001-01-31")["in_time"] is None
    assert read(client, "/leaderboard?period=2001-01-01..2001-01-31")["ranks"] == []
    odd = "period=%27%00x&vs=never&by=drop&one=%7B%7D&two=[1]&sort=x"
    for page in PAGES:
        assert client.get(f"{page}?period=2001-01-01..2001-01-31").status_code == 200
        assert client.get(f"{page}?{odd}").status_code == 200
    assert client.get(f"{BASE}?{odd}").status_code == 422  # no text has a zero byte
