"""Leads: one row a lead."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.insight.datasets import parts, stories
from headwater.insight.datasets.touches import ATTRIBUTED, touch_node
from headwater.insight.engine import Dataset, Node


def origin_nodes(parent: str = "lead") -> tuple[Node, ...]:
    """Source, channel and campaign of what has columns of these names: their categories, types and dates."""
    return (
        Node(
            "source", "source", _("Source"), parent=parent, on="{t}.id = {p}.source_id", shared=True,
            without=("key", "position", "description"),
        ),
        Node(
            "channel", "channel", _("Channel"), parent=parent, on="{t}.id = {p}.channel_id", shared=True,
            without=("path", "position", "description"),
        ),
        Node(
            "campaign", "campaign", _("Campaign"), parent=parent, on="{t}.id = {p}.campaign_id", shared=True,
            without=("description",),
        ),
    )  # fmt: skip


def pool_node() -> Node:
    return Node("pool", "pool", _("Pool"), parent="lead", on="{t}.id = {p}.home_pool_id", shared=True)


def leads() -> Dataset:
    made = Dataset(
        key="leads",
        label=_("Leads"),
        description=_("One row is one lead: where it came from, whose it is, how far it got, how fast."),
        period="lead.created_at",
        attributed=ATTRIBUTED,
        rollups=stories.rollups("lead"),
        nodes=(
            parts.lead_node(),
            parts.owner_node("lead", label=pgettext_lazy("lead", "Owner")),
            stories.story_node(),
            *origin_nodes(),
            touch_node(),
        ),
    )
    return replace(made, stand_ins=(stories.stand_in(made),))
