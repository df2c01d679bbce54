"""What it costs to win leads, beside what came of them: leads and costs in one table, each once."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.acquisition.queries import costs_table
from headwater.insight.datasets import parts, stories
from headwater.insight.datasets.journey import way_nodes
from headwater.insight.datasets.leads import origin_nodes
from headwater.insight.engine import Dataset, Rollup
from headwater.kernel.catalogue import FieldType
from headwater.rollups.queries import story_rows

_COSTS = costs_table()
# What a cost says in the columns of a lead, or of its story.
_OF_A_COST = {
    "id": "-c.id",
    "lead_id": "-c.id",
    "created_at": f"(c.day::timestamp AT TIME ZONE '{parts.ZONE}')",
    "day": "c.day",
    "source_id": "c.source_id",
    "channel_id": "c.channel_id",
    "campaign_id": "c.campaign_id",
}


@cache
def leads_and_costs() -> str:
    """Every column of leads, and `spent`. A cost is a row without a lead: it has an origin, a day and nothing
    else, so a report adds it up beside the leads and multiplies neither.
    """
    from headwater.leads.models import Lead

    return _with_costs("leads_lead", _columns(Lead))


@cache
def stories_and_costs() -> str:
    """The same of what stories know of their leads."""
    from headwater.rollups.models import LeadStory

    return _with_costs(story_rows(), ["id", "archived_at", *_columns(LeadStory)])


def _columns(model: type[Model]) -> list[str]:
    return [field.column for field in model._meta.concrete_fields if field.column]


def _with_costs(leads: str, columns: Sequence[str]) -> str:
    of_leads = ", ".join(f"l.{name}" for name in columns)
    of_costs = ", ".join(f"{_OF_A_COST.get(name, 'NULL')} AS {name}" for name in columns)
    return (
        f"(SELECT {of_leads}, NULL::numeric AS spent FROM {leads} l"
        f" UNION ALL SELECT {of_costs}, c.amount FROM {_COSTS} c)"
    )


# Leads counted ahead beside the same costs; a cell of costs counts no lead.
_COUNTED = f"""
(SELECT r.day, r.source_id, r.channel_id, r.campaign_id, r.status, r.stage, r.reached, r.invalid_reason,
  r.leads,  NULL::numeric AS spent FROM rollups_leadday r
UNION ALL
SELECT c.day, c.source_id, c.channel_id, c.campaign_id, NULL, NULL, NULL, NULL, 0, c.amount FROM {_COSTS} c)
"""


def _counted_ahead() -> tuple[Rollup, ...]:
    measures = {"count:lead": "{t}.leads", "sum:lead.spent": "{t}.spent"}
    return tuple(
        replace(rollup, table=_COUNTED, measures=measures)
        for rollup in stories.rollups("lead")
        if rollup.days
    )


def acquisition() -> Dataset:
    spent = parts.derived(
        "spent",
        pgettext_lazy("report", "Cost"),
        FieldType.MONEY,
        "{t}.spent",
        decimals=2,
        help=_(
            "What was spent on the channel or campaign. Costs of a period are spread evenly over its days."
        ),
    )
    of_leads: dict[str, Any] = {
        "counted": "{t}.id > 0",
        "tells": {"spent": ("campaign.cost",)},
    }
    made = Dataset(
        key="acquisition",
        label=_("Leads and what they cost"),
        description=_(
            "One row is a lead, or an amount that was spent: so leads of a source, channel or campaign stand"
            " beside their cost of the same time. Costs have no owner: who sees not all leads sees no costs."
        ),
        period="lead.created_at",
        rollups=_counted_ahead(),
        nodes=(
            parts.lead_node(
                table=leads_and_costs,
                fields=(*parts.LEAD_FIELDS, spent),
                **of_leads,
            ),
            *origin_nodes(),
            parts.owner_node("lead", label=pgettext_lazy("lead", "Owner")),
            stories.story_node(),
            *way_nodes(),
        ),
    )
    in_place = stories.stand_in(made, table=stories_and_costs, fields=(spent,), **of_leads)
    return replace(made, stand_ins=(in_place,))
