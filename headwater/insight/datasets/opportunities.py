"""Opportunities: one row an opportunity with one of its moves between stages."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.insight.datasets import parts
from headwater.insight.datasets.leads import origin_nodes
from headwater.insight.engine import Dataset, Node
from headwater.kernel.catalogue import Choice, Choices, FieldType
from headwater.rollups.queries import sale_table
from headwater.sales.queries.pipelines import pipelines

# Stages are single rows by their number: a report that asks for neither reads neither.
_MOVES = """
(SELECT m.*, b.position > a.position AND b.kind <> 'lost' AS is_forward FROM sales_stagemove m
LEFT JOIN sales_stage a ON a.id = m.from_stage_id LEFT JOIN sales_stage b ON b.id = m.to_stage_id)
"""


def _origins() -> str:
    """Each opportunity with each lead that it came of, once."""
    sales = sale_table()
    return f"(SELECT DISTINCT s.lead_id, s.opportunity_id FROM {sales} s WHERE s.opportunity_id IS NOT NULL)"


def stage_choices() -> Sequence[Choice]:
    """Every stage in the order of its pipeline, so that a funnel stands the right way up."""
    found = pipelines()
    return Choices(
        Choice(str(stage.id), stage.name if len(found) == 1 else f"{line.name} · {stage.name}", stage.color)
        for line in found
        for stage in line.stages
    )


MAIN = "main"
# The main pipeline is looked up once, not for every opportunity.
_LINE = (
    "(CASE WHEN {t}.pipeline_id = (SELECT x.id FROM sales_pipeline x WHERE x.is_default)"
    f" THEN '{MAIN}' ELSE {{t}}.pipeline_id::text END)"
)


def line_choices() -> Sequence[Choice]:
    """The pipelines by name; the one that is the default has a permanent value, for reports to ask for."""
    return Choices(Choice(MAIN if line.is_default else str(line.id), line.name) for line in pipelines())


def _move_node() -> Node:
    return Node(
        "move",
        "",
        pgettext_lazy("report", "Move between stages"),
        parent="opportunity",
        on="{t}.opportunity_id = {p}.id",
        table=_MOVES,
        many=True,
        money_on=parts.day("{t}.at"),
        currency="{t}.currency",
        fields=(
            parts.moment("at", pgettext_lazy("move", "When"), "{t}.at"),
            parts.link("from_stage", _("From stage"), "stage", "{t}.from_stage_id"),
            parts.link("to_stage", _("To stage"), "stage", "{t}.to_stage_id"),
            parts.derived(
                "to_step",
                _("To stage, in order"),
                FieldType.PICKLIST,
                "{t}.to_stage_id::text",
                choices=stage_choices,
            ),
            parts.yes_no("is_first", _("Opened here"), "({t}.from_stage_id IS NULL)"),
            parts.yes_no("is_forward", _("Forwards"), "{t}.is_forward"),
            parts.number(
                "stayed_seconds", _("Time in the stage before"), parts.seconds("{t}.since", "{t}.at")
            ),
            parts.derived("amount", _("Amount at the time"), FieldType.MONEY, "{t}.amount", decimals=2),
            parts.person("by", _("Moved by"), "{t}.by_id"),
            parts.person("then_owner", _("Owner at the time"), "{t}.owner_id"),
        ),
        units={"stayed_seconds": "duration"},
        tells={"amount": ("opportunity.amount",)},
    )


def _line_node() -> Node:
    return Node(
        "line",
        "",
        _("Product line"),
        parent="opportunity",
        on="{t}.opportunity_id = {p}.id",
        table="sales_opportunityline",
        many=True,
        money_on=parts.OPPORTUNITY_MONEY_ON.replace("{t}", "n_opportunity"),
        currency="n_opportunity.currency",
        fields=(
            parts.link("product", _("Product"), "product", "{t}.product_id"),
            parts.number("quantity", _("Quantity"), "{t}.quantity", decimals=4),
            parts.derived("amount", _("Amount"), FieldType.MONEY, "{t}.amount", decimals=2),
        ),
        tells={"amount": ("opportunity.amount",)},
    )


def opportunities() -> Dataset:
    step = parts.derived(
        "step", _("Stage, in order"), FieldType.PICKLIST, "{t}.stage_id::text", choices=stage_choices
    )
    line = parts.derived(
        "line",
        _("Pipeline, in order"),
        FieldType.PICKLIST,
        _LINE,
        choices=line_choices,
        help=_("A filter by the main pipeline follows it when another one becomes the main one."),
    )
    sources = tuple(node for node in origin_nodes("opportunity") if node.key != "channel")
    return Dataset(
        key="opportunities",
        label=_("Opportunities"),
        description=_(
            "One row is an opportunity with one of its moves between stages; its amount counts once in a"
            " group, however often it moved."
        ),
        period="opportunity.created_at",
        nodes=(
            parts.opportunity_node(fields=(*parts.opportunity_fields(), line, step)),
            parts.owner_node("opportunity"),
            Node(
                "account", "account", _("Account"), parent="opportunity", on="{t}.id = {p}.account_id",
                shared=True, without=("phone", "note", "address"),
            ),
            *sources,
            _move_node(),
            _line_node(),
            Node(
                "origin", "", pgettext_lazy("report", "Origin"), parent="opportunity",
                on="{t}.opportunity_id = {p}.id", table=_origins, many=True,
                id="nullif(concat_ws('/', {t}.lead_id, {t}.opportunity_id), '')",
            ),
            parts.lead_node("origin", on="{t}.id = {p}.lead_id"),
        ),
    )  # fmt: skip
