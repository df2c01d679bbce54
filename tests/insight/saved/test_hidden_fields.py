"""What a role does not see no figure tells: not by what it points to, nor by a copy of it elsewhere."""

from dataclasses import replace
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

from headwater.acquisition.models import Campaign
from headwater.insight.engine import Definition, dataset, kind_of, run
from headwater.insight.models import StoredResult
from headwater.insight.presets import PRESETS
from headwater.insight.queries import reports_for
from headwater.insight.results import refresh_result
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.leads.models import Touch
from headwater.platform.events import drain
from tests.insight.saved.factories import make_report
from tests.leads.factories import make_lead
from tests.organization.factories import access, client_for, make_role, make_user

pytestmark = pytest.mark.django_db
LEADS = {"agg": "count", "of": "lead"}
GRANTS = dict.fromkeys(
    (
        "reports.view", "leads.view", "opportunities.view", "sources.view", "channels.view", "campaigns.view",
        "users.view",
    ),
    "all",
)  # fmt: skip


def fields(of: str, *hidden: tuple[str, str], without: str = "") -> set[str]:
    """The fields of a dataset for somebody of a role with these rules."""
    grants = {code: scope for code, scope in GRANTS.items() if code != without}
    role = make_role(grants=grants, rules=dict.fromkeys(hidden, "hidden"))
    found = dataset(of)
    assert found is not None
    return set(kind_of(found, access(make_user(role=role), "reports.view")).all_fields)


def test_what_a_hidden_field_points_to_is_hidden_too() -> None:
    for name, node in (("owner", "owner"), ("source", "source"), ("campaign", "campaign")):
        seen = fields("leads", ("lead", name))
        assert not any(key.startswith(f"{node}.") for key in seen), name
        assert "lead.status" in seen
    assert {"owner.department", "source.name", "campaign.cost"} <= fields("leads")


def test_copies_of_hidden_amounts_and_stages_are_hidden_too() -> None:
    assert {"move.amount", "line.amount"} <= fields("opportunities")
    hidden = fields("opportunities", ("opportunity", "amount"))
    assert not {"move.amount", "line.amount", "opportunity.weighted_amount"} & hidden
    assert "line.quantity" in hidden
    assert "lead.spent" in fields("acquisition")
    assert "lead.spent" not in fields("acquisition", ("campaign", "cost"))
    assert "lead.spent" not in fields("acquisition", without="campaigns.view")
    hidden = fields("leads", ("lead", "stage"))
    assert not {"story.reached", "story.mql_at", "story.sql_seconds"} & hidden
    assert "story.response_seconds" in hidden


def _campaign(name: str, cost: int) -> Campaign:
    now = clock.now()
    return Campaign.objects.create(name=name, type="ads", cost=cost, created_at=now, updated_at=now)


def _rows(reader: Access, raw: dict[str, Any], attribution: str) -> dict[Any, Any]:
    made = replace(Definition.parse(raw, reader), attribution=attribution)
    return {row.labels[0]: row.values[0] for row in run(reader, made).rows}


def test_by_last_touch_a_campaigns_cost_stands_beside_that_campaign() -> None:
    """Otherwise the cost of the first one would stand in the row of the last."""
    first, last = _campaign("展会", 1000), _campaign("投放", 20)
    lead = make_lead(campaign=first.pk)
    Touch.objects.create(lead=lead, at=clock.now(), door="form", campaign=last, is_first=False)
    drain()  # some figures are counted from events
    reader = access(make_user(role="admin"), "reports.view")
    raw = dict(PRESETS["campaign_return"].definition)
    assert _rows(reader, raw, "first") == {"展会": Decimal(1000)}
    assert _rows(reader, raw, "last") == {"投放": Decimal(20)}
    assert _rows(reader, raw, "linear") == {"展会": Decimal(1000), "投放": Decimal(20)}
    by_name = raw | {"groupings": [{"field": "campaign.name"}], "measures": [LEADS], "sort": None}
    assert _rows(reader, by_name, "linear") == {"展会": Decimal("0.5"), "投放": Decimal("0.5")}


def test_a_shared_report_goes_on_without_the_amounts_that_its_reader_may_not_see() -> None:
    """Shown, taken along, kept fresh and begun anew without them; only what it cuts by must be in sight."""
    anna = make_user(role="admin")
    raw: dict[str, Any] = {
        "dataset": "opportunities",
        "groupings": [{"field": "opportunity.stage"}],
        "measures": [{"agg": "count", "of": "opportunity"}, {"agg": "sum", "of": "opportunity.amount"}],
        "sort": "-m2",
    }
    made = make_report(anna, "各阶段金额", raw, sharing="everyone")
    by_amount = raw | {"groupings": [{"field": "opportunity.amount"}]}
    cut = make_report(anna, "按金额", by_amount, sharing="everyone")
    role = make_role(
        grants=GRANTS | {"reports.export": "all"},
        rules={("opportunity", "amount"): "hidden"},
    )
    ben = make_user(role=role)
    client = client_for(ben)
    assert client.get(f"/api/v1/reports/{made}").json()["problem"] == ""
    answer = client.post(f"/api/v1/reports/{made}/run").json()
    refresh_result(key=StoredResult.objects.get().key)
    assert StoredResult.objects.exists()
    assert [one["key"] for one in answer["measures"]] == ["m1"]
    assert "金额" in answer["notices"][0]
    page = client.get(f"/reports/{made}").content.decode()
    assert answer["notices"][0] in page
    taken = b"".join(client.get(f"/api/v1/reports/{made}/export?format=csv")).decode()
    assert "金额" not in taken.splitlines()[0]
    begun = unescape(client.get(f"/reports/new?from={made}").content.decode())
    assert '"of":"opportunity"' in begun
    assert '"of":"opportunity.amount"' not in begun
    assert client.get(f"/api/v1/reports/{cut}").json()["problem"]
    assert client.post(f"/api/v1/reports/{cut}/run").json()["code"] == "report.unreadable"


def test_presets_without_a_field_are_offered_and_without_a_kind_of_record_are_not() -> None:
    grants = GRANTS | dict.fromkeys(("accounts.view", "orders.view", "payments.view"), "all")
    whole = make_user(role=make_role(grants=grants))
    without_costs = make_user(role=make_role(grants=grants, rules={("campaign", "cost"): "hidden"}))
    fewer = {code: scope for code, scope in grants.items() if code != "orders.view"}
    without_orders = make_user(role=make_role(grants=fewer))
    for user, offered in ((whole, {"campaign_return", "campaign_orders"}),
                          (without_costs, {"campaign_return", "campaign_orders"}),
                          (without_orders, set())):  # fmt: skip
        found = {one.preset_key for one in reports_for(access(user, "reports.view")).presets}
        assert found & {"campaign_return", "campaign_orders"} == offered, user


def test_ties_between_records_are_not_counted() -> None:
    """They lead to archived and unreachable records too: their number would tell of those."""
    client = client_for(make_user(role="admin"))
    known = {one["key"]: one for one in client.get("/api/v1/reports/datasets").json()["items"]}
    for of, tie in (("journey", "deal"), ("acquisition", "deal"), ("opportunities", "origin")):
        raw = {"definition": {"dataset": of, "measures": [{"agg": "count", "of": tie}]}}
        refused = client.post("/api/v1/reports/run", raw, content_type="application/json")
        assert refused.status_code == 422
        assert refused.json()["facts"]["fields"]["measures.0"]["code"] == "report.not_counted"
        assert [one["key"] for one in known[of]["nodes"] if not one["is_counted"]] == [tie]
        offered = client.get(f"/reports/datasets/{of}.json").json()
        assert tie not in {one["key"] for one in offered["nodes"]}
