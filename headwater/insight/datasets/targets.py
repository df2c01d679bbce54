"""Targets with what was reached of them, and results of people without asking for targets."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.insight.datasets import parts
from headwater.insight.datasets.reached import facts_table, targets_table
from headwater.insight.engine import Dataset, Node
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Field, FieldType
from headwater.kernel.errors import Text
from headwater.kernel.sql import TRUE, Fragment, all_of, any_of
from headwater.targets.queries.facts import sees_amounts
from headwater.targets.queries.team import team_of
from headwater.targets.types import Grain, Holder, Measure

_MEASURES = [(one.value, one.label) for one in Measure]
_MONEY = ", ".join(f"'{one.value}'" for one in Measure if one.is_money)


def _measures(access: Access, alias: str) -> Fragment:
    """What is counted in money only for who may see amounts."""
    return TRUE if sees_amounts(access) else Fragment(f"{alias}.measure NOT IN ({_MONEY})")


def _target_scope(access: Access, alias: str) -> Fragment:
    """Targets of people within reach, and of departments that are wholly so."""
    seen = _measures(access, alias)
    if access.reach.everyone:
        return seen
    held = [
        Fragment(f"{alias}.user_id = ANY(%s::bigint[])", (sorted(access.reach.people),)),
        Fragment(f"{alias}.department_id = ANY(%s::bigint[])", (team_of(access).departments,)),
    ]
    return all_of([seen, any_of(held)])


def _money(key: str, label: Text, sql: str, **options: Any) -> Field:
    return parts.derived(key, label, FieldType.MONEY, sql, decimals=2, **options)


def _target_node() -> Node:
    of_money = f"CASE WHEN {{t}}.measure IN ({_MONEY}) THEN {{t}}.{{column}} END"
    of_count = f"CASE WHEN {{t}}.measure NOT IN ({_MONEY}) THEN {{t}}.{{column}} END"

    def column(sql: str, name: str) -> str:
        return sql.replace("{column}", name)

    return Node(
        "target",
        "",
        pgettext_lazy("targets", "Target"),
        table=targets_table,
        table_of_days=targets_table,
        dated="starts_on",
        permission="targets.view",
        scope=_target_scope,
        shown_as="holder",
        fields=(
            parts.pick("measure", pgettext_lazy("targets", "Measure"), "{t}.measure", _MEASURES),
            parts.pick(
                "grain", _("Length of the period"), "{t}.grain", [(one.value, one.label) for one in Grain]
            ),
            parts.pick("holder", _("Whose kind"), "{t}.holder", [(one.value, one.label) for one in Holder]),
            parts.person("person", _("Person"), "{t}.user_id"),
            parts.derived(
                "department",
                _("Department"),
                FieldType.DEPARTMENT,
                "{t}.department_id",
                relation="department",
            ),
            parts.derived("starts_on", _("Period begins"), FieldType.DATE, "{t}.starts_on"),
            _money("amount", _("Target amount"), column(of_money, "goal")),
            _money("reached_amount", _("Reached amount"), column(of_money, "reached")),
            _money(
                "missing_amount",
                _("Missing amount"),
                column(of_money, "goal").replace("{t}.goal END", "greatest({t}.goal - {t}.reached, 0) END"),
            ),
            parts.number("count", _("Target number"), column(of_count, "goal")),
            parts.number("reached_count", _("Reached number"), column(of_count, "reached")),
            parts.yes_no("is_reached", _("Target reached"), "({t}.reached >= {t}.goal)"),
        ),
    )


def targets() -> Dataset:
    return Dataset(
        key="targets",
        label=pgettext_lazy("targets", "Targets"),
        description=_(
            "One row is one target of a person, a department or the company, with what they reached in its"
            " period. Choose one measure, one length of period and one kind of holder before adding up."
        ),
        period="target.starts_on",
        nodes=(
            _target_node(),
            parts.person_node("holder", _("Person"), "target", "user_id"),
        ),
    )


def _result_scope(access: Access, alias: str) -> Fragment:
    """Results of people within reach."""
    seen = _measures(access, alias)
    if access.reach.everyone:
        return seen
    return seen & Fragment(f"{alias}.person = ANY(%s::bigint[])", (sorted(access.reach.people),))


def _of(measure: Measure) -> str:
    return f"CASE WHEN {{t}}.measure = '{measure.value}' THEN {{t}}.value END"


def results() -> Dataset:
    return Dataset(
        key="results",
        label=_("Results"),
        description=_(
            "One row is one thing that somebody reached, on the day it counts: a lead converted, an"
            " opportunity won, a new customer, a payment received."
        ),
        period="result.day",
        nodes=(
            Node(
                "result",
                "",
                pgettext_lazy("report", "Result"),
                table=facts_table,
                table_of_days=facts_table,
                dated="day",
                permission="results.view",
                scope=_result_scope,
                shown_as="owner",
                id="1",
                fields=(
                    parts.pick("measure", pgettext_lazy("targets", "Measure"), "{t}.measure", _MEASURES),
                    parts.person("person", _("Person"), "{t}.person"),
                    parts.derived("day", pgettext_lazy("period", "Day"), FieldType.DATE, "{t}.day"),
                    parts.number(
                        "converted_leads", Measure.CONVERTED_LEADS.label, _of(Measure.CONVERTED_LEADS)
                    ),
                    parts.number("won_count", Measure.WON_COUNT.label, _of(Measure.WON_COUNT)),
                    _money("won_amount", Measure.WON_AMOUNT.label, _of(Measure.WON_AMOUNT)),
                    parts.number("new_customers", Measure.NEW_CUSTOMERS.label, _of(Measure.NEW_CUSTOMERS)),
                    _money("received", Measure.RECEIVED.label, _of(Measure.RECEIVED)),
                ),
            ),
            parts.person_node("owner", _("Person"), "result", "person"),
        ),
    )
