"""The demo company is played through the real services, so it must keep the house's promises."""

import pytest

from headwater.insight.presets import PRESETS
from headwater.kernel.access import load_actor, permit
from headwater.kernel.sql import rows
from headwater.leads.demo import load_demo_company
from headwater.leads.demo.company import DOMAIN
from headwater.organization.models import User
from headwater.platform import audit
from tests.insight.presets.comparing import compare
from tests.leads.invariants import broken_invariants, place_counts


@pytest.mark.django_db(transaction=True)
def test_the_demo_company_keeps_the_invariants() -> None:
    lines = load_demo_company(days=8, leads=240)
    assert any("admin@yunfan.example" in line for line in lines)
    assert broken_invariants() == []
    counts = place_counts()
    assert counts["all"] > 150
    assert counts["following"] > 10
    assert counts["pooled"] > 10
    hours = rows(
        "SELECT DISTINCT extract(hour FROM created_at AT TIME ZONE 'Asia/Shanghai')::int AS hour"
        " FROM leads_lead"
    )
    assert {9, 11, 15, 20} <= {row["hour"] for row in hours}, "leads come in by day and in the evening"
    past = rows(
        "SELECT r.number, count(d.id) AS given FROM routing_routingrule r LEFT JOIN routing_decision d"
        " ON d.rule_id = r.id AND d.trigger = 'captured' GROUP BY r.id ORDER BY r.number DESC LIMIT 1"
    )
    assert past[0]["number"] == 2, "a rule changed in the past"
    assert past[0]["given"] > 0
    told = rows("SELECT DISTINCT record_type, action FROM platform_audit")
    codes = [row for row in told if audit.act_words(row["record_type"], row["action"]) == row["action"]]
    assert not codes, "acts without words in the audit log"
    for key in ("admin", "north1", "director"):
        person = load_actor(User.objects.get(email=f"{key}@{DOMAIN}").pk)
        assert compare(permit(person, "reports.view"), list(PRESETS)) == [], f"reports of {key}"
