"""What a role does not see no figure tells: not by what it points to, nor by a copy of it elsewhere."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from headwater.acquisition.models import Campaign
from headwater.insight.engine import Definition, dataset, kind_of, run
from headwater.insight.presets import PRESETS
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.leads.models import Touch
from headwater.platform.events import drain
from tests.leads.factories import make_lead
from tests.organization.factories import access, make_role, make_user

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
