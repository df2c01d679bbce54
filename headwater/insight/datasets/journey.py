"""The way from a campaign to money: lead, account, opportunity, order, payment."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.insight.datasets import parts, stories
from headwater.insight.datasets.leads import origin_nodes
from headwater.insight.datasets.touches import ATTRIBUTED, touch_node
from headwater.insight.engine import Dataset, Node
from headwater.rollups.queries import sale_table


def way_nodes() -> tuple[Node, ...]:
    """What came of the node `lead`: conversion, account, opportunity, order, payment."""
    return (
        Node(
            "conversion",
            "",
            pgettext_lazy("report", "Conversion"),
            parent="lead",
            on="{t}.lead_id = {p}.id",
            table="leads_conversion",
            fields=(
                parts.moment("at", _("Converted at"), "{t}.at"),
                parts.person("actor", _("Converted by"), "{t}.actor_id"),
                parts.number(
                    "seconds", _("Time until conversion"), parts.seconds("n_lead.created_at", "{t}.at")
                ),
            ),
            units={"seconds": "duration"},
        ),
        Node(
            "account", "account", _("Account"), parent="conversion", on="{t}.id = {p}.account_id",
            shared=True, without=("phone", "note", "address"),
        ),
        Node(
            "deal", "", pgettext_lazy("report", "Sale"), parent="lead", on="{t}.lead_id = {p}.id",
            table=sale_table, many=True,
            id="nullif(concat_ws('/', {t}.lead_id, {t}.opportunity_id, {t}.order_id), '')",
        ),
        parts.opportunity_node("deal", on="{t}.id = {p}.opportunity_id", shared=True),
        parts.order_node("deal", on="{t}.id = {p}.order_id", shared=True),
        parts.payment_node("order"),
    )  # fmt: skip


def journey() -> Dataset:
    made = Dataset(
        key="journey",
        label=_("From campaign to payment"),
        description=_(
            "One row is a lead with one of the sales that came of it: account, opportunity, order, payment."
            " Each of them counts once in a group, however many leads it came of."
        ),
        period="lead.created_at",
        attributed=ATTRIBUTED,
        rollups=stories.rollups("lead"),
        nodes=(
            parts.lead_node(),
            *origin_nodes(),
            touch_node(),
            parts.owner_node("lead", label=pgettext_lazy("lead", "Owner")),
            stories.story_node(),
            *way_nodes(),
        ),
    )
    return replace(made, stand_ins=(stories.stand_in(made),))
