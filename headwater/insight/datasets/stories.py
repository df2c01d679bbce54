"""What became of each lead, from what `rollups` keeps ahead, and the cells that answer in its place."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.insight.datasets.parts import (
    LEAD_FIELDS,
    lead_node,
    moment,
    number,
    pick,
    seconds,
    yes_no,
)
from headwater.insight.engine import Dataset, Node, Rollup, StandIn
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.sql import Fragment
from headwater.leads.types import Stage
from headwater.rollups import queries as rolled
from headwater.rollups.shapes import SHAPES, Shape

_DAYS = next(one for one in SHAPES if one.key == "lead_days")
_STAGES = [(one.value, one.label) for one in Stage if one != Stage.DISQUALIFIED]

_OF_STAGES = (
    "reached", "mql_at", "sql_at", "disqualified_at", "mql_seconds", "sql_seconds", "won_seconds",
    "handover_seconds",
)  # fmt: skip


def story_node(parent: str = "lead", *, within: str = "") -> Node:
    """How far the lead got and how fast; exactly one a lead."""
    return Node(
        "story",
        "",
        pgettext_lazy("report", "Course"),
        parent=parent,
        on="{t}.lead_id = {p}.id",
        table=rolled.story_table,
        id="{t}.lead_id",
        within=within,
        fields=(
            pick("reached", _("Best stage reached"), "{t}.reached", _STAGES),
            yes_no("is_won", pgettext_lazy("lead", "Won"), "({t}.won_at IS NOT NULL)"),
            yes_no("is_answered", _("Responded to"), "({t}.first_response_at IS NOT NULL)"),
            yes_no("is_in_time", _("Responded in time"), "{t}.is_in_time"),
            number("response_seconds", _("First response after creation"), "{t}.response_seconds"),
            number("handling_seconds", _("First response after first owner"), "{t}.handling_seconds"),
            number(
                "waiting_seconds",
                _("Time until first owner"),
                seconds("n_lead.created_at", "{t}.first_owned_at"),
            ),
            number(
                "conversion_seconds",
                _("Time until conversion"),
                seconds("n_lead.created_at", "{t}.converted_at"),
            ),
            number("mql_seconds", _("Time until MQL"), seconds("n_lead.created_at", "{t}.mql_at")),
            number("sql_seconds", _("MQL to SQL"), seconds("{t}.mql_at", "{t}.sql_at")),
            number("won_seconds", _("SQL to won"), seconds("{t}.sql_at", "{t}.won_at")),
            number(
                "handover_seconds",
                _("SQL to conversion"),
                "CASE WHEN {t}.converted_at >= {t}.sql_at"
                f" THEN {seconds('{t}.sql_at', '{t}.converted_at')} END",
            ),
            number("follow_ups", _("Number of follow-ups"), "{t}.follow_ups"),
            number("claims", _("Times claimed"), "{t}.claims"),
            number("assignments", _("Times assigned"), "{t}.assignments"),
            number("transfers", _("Changes of place"), "{t}.transfers"),
            number("returns", _("Times returned"), "{t}.returns"),
            number("recycles", _("Times recycled"), "{t}.recycles"),
            number("wakes", _("Times woken"), "{t}.wakes"),
            moment("first_owned_at", _("First owned"), "{t}.first_owned_at"),
            moment("first_response_at", _("First response"), "{t}.first_response_at"),
            moment("mql_at", _("Became MQL"), "{t}.mql_at"),
            moment("sql_at", _("Became SQL"), "{t}.sql_at"),
            moment("won_at", pgettext_lazy("lead", "Won at"), "{t}.won_at"),
            moment("converted_at", _("Converted at"), "{t}.converted_at"),
            moment("disqualified_at", _("Disqualified at"), "{t}.disqualified_at"),
            moment("invalid_at", _("Marked invalid at"), "{t}.invalid_at"),
        ),
        tells=dict.fromkeys(_OF_STAGES, ("lead.stage",)),
        units=dict.fromkeys(
            (
                "response_seconds",
                "handling_seconds",
                "waiting_seconds",
                "conversion_seconds",
                "mql_seconds",
                "sql_seconds",
                "won_seconds",
                "handover_seconds",
            ),
            "duration",
        ),
    )


def rollups(record: str) -> tuple[Rollup, ...]:
    """The cells that count records of a type, as the engine asks them."""
    return tuple(_rollup(shape) for shape in SHAPES if shape.record == record)


def _rollup(shape: Shape) -> Rollup:
    measures = {f"count:{shape.record}": f"{{t}}.{shape.count}"}
    measures |= {f"sum:{field}": f"{{t}}.{column}" for field, column in shape.sums.items()}
    measures |= {f"values:{field}": f"{{t}}.{column}" for field, column in shape.counts.items()}
    return Rollup(
        table=shape.table,
        fields={**shape.fields, **shape.days},
        measures=measures,
        days=tuple(shape.days),
        scope=_scope(shape),
        is_ready=_ready(shape),
        joins=shape.joins,
    )


# What a story knows of its lead.
_OF_LEAD = (
    "created_at", "source", "channel", "campaign", "status", "stage", "intent", "invalid_reason", "owner",
    "pool", "home_pool",
)  # fmt: skip


# Nodes whose records only a converted lead has.
_OF_CONVERTED = ("conversion", "deal")


def stand_in(of: Dataset, **options: Any) -> StandIn:
    """A dataset of leads in which the stories stand for the leads too: for what asks nothing else of them.

    `options` are those of its node of leads, where that is not the usual one.
    """
    known = tuple(one for one in LEAD_FIELDS if one.key.startswith("is_"))
    fields = (*known, *options.pop("fields", ()))
    given: dict[str, Any] = {"table": rolled.story_rows, "only": _OF_LEAD, "fields": fields} | options
    lead = lead_node(**given)
    own = {lead.key: lead, "story": story_node(within="lead")}
    own |= {
        key: replace(of.by_key[key], implies="{p}.converted_at IS NOT NULL")
        for key in _OF_CONVERTED
        if key in of.by_key
    }
    nodes = tuple(own.get(node.key, node) for node in of.nodes)
    return StandIn(replace(of, key=f"{of.key}.stories", nodes=nodes, stand_ins=()), _ready(_DAYS))


def _ready(shape: Shape) -> Callable[[], bool]:
    return lambda: rolled.is_usable(shape.key)


def _scope(shape: Shape) -> Callable[[Access, str], Fragment | None] | None:
    """The record type's own scope, where the cells have the columns that it asks for."""
    if not shape.has_scope:
        return None

    def scope(access: Access, alias: str) -> Fragment:
        kind = record_type(shape.record)
        return kind.scope(access.also(kind.permission("view")), alias)

    return scope
