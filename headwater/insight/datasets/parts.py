"""Pieces that several datasets are made of."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.insight.engine import Node
from headwater.kernel.catalogue import Choice, Choices, Field, FieldType, record_type
from headwater.kernel.errors import Text
from headwater.leads.types import CONTACT_METHODS

ZONE = timezone.get_default_timezone_name()  # the company's: an IANA name, no quotes
TODAY = f"(now() AT TIME ZONE '{ZONE}')::date"

# Pools hide contact methods row by row, which figures cannot: nobody groups by them.
NO_CONTACT = (*CONTACT_METHODS, "consent_evidence")
NO_RECORD = ("record", "record_type", "record_id")


def day(moment: str) -> str:
    """The SQL of the company's day of a moment."""
    return f"({moment} AT TIME ZONE '{ZONE}')::date"


def seconds(start: str, end: str) -> str:
    """The SQL of the seconds from one moment to another."""
    return f"extract(epoch FROM ({end}) - ({start}))"


def _days(until: str, since: str) -> str:
    """The SQL of the seconds between two days, whole days, none below nothing."""
    apart = f"(({until}) - ({since}))"
    return f"CASE WHEN {apart} > 0 THEN {apart} * 86400 WHEN {apart} <= 0 THEN 0 END"


def derived(key: str, label: Text, kind: FieldType, sql: str, **options: Any) -> Field:
    """A field that a dataset works out; nobody edits it."""
    fixed: dict[str, Any] = {"editable": False, "importable": False, "in_form": False}
    return Field(key, label, kind, sql=sql, **(fixed | options))


def number(key: str, label: Text, sql: str, **options: Any) -> Field:
    return derived(key, label, FieldType.NUMBER, sql, **({"decimals": 0} | options))


def yes_no(key: str, label: Text, sql: str, **options: Any) -> Field:
    return derived(key, label, FieldType.BOOLEAN, sql, **options)


def moment(key: str, label: Text, sql: str, **options: Any) -> Field:
    return derived(key, label, FieldType.DATETIME, sql, **options)


def person(key: str, label: Text, sql: str, **options: Any) -> Field:
    return derived(key, label, FieldType.USER, sql, relation="user", **options)


def link(key: str, label: Text, relation: str, sql: str, **options: Any) -> Field:
    return derived(key, label, FieldType.LINK, sql, relation=relation, **options)


def pick(key: str, label: Text, sql: str, values: Sequence[tuple[Any, Any]], **options: Any) -> Field:
    """A field of a closed vocabulary, in its order."""
    known = Choices(Choice(str(value), text) for value, text in values)
    return derived(key, label, FieldType.PICKLIST, sql, choices=lambda: known, **options)


def person_node(
    key: str, label: Text, parent: str, column: str = "owner_id", *, tells: tuple[str, ...] = ()
) -> Node:
    """Whose it is: gives the department, job title, level and manager that the person has now."""
    return Node(
        key,
        "user",
        label,
        parent=parent,
        on=f"{{t}}.id = {{p}}.{column}",
        shared=True,
        tells={"": tells} if tells else {},
        without=("email", "mobile", "name_pinyin", "last_seen_at", "private_cap"),
    )


def owner_node(parent: str, *, label: Text = "", tells: tuple[str, ...] = ()) -> Node:
    return person_node("owner", label or _("Owner"), parent, tells=tells)


# Of a lead: what its columns say at a glance.
LEAD_FIELDS: tuple[Field, ...] = (
    yes_no("is_valid", _("Valid"), "({t}.status <> 'invalid')", nullable=False),
    yes_no("is_open", _("Open"), "({t}.status IN ('pooled', 'assigned', 'following'))", nullable=False),
    yes_no("is_converted", pgettext_lazy("lead", "Converted"), "({t}.status = 'converted')", nullable=False),
    derived(
        "province",
        _("Province"),
        FieldType.TEXT,
        "nullif(split_part({t}.region, '/', 1), '')",
    ),
)


def lead_node(parent: str = "", **options: Any) -> Node:
    """The lead with its custom fields, without what pools hide."""
    given: dict[str, Any] = {"fields": LEAD_FIELDS, "without": NO_CONTACT, "shared": bool(parent)} | options
    return Node("lead", "lead", pgettext_lazy("record", "Lead"), parent=parent, **given)


OPPORTUNITY_MONEY_ON = f"coalesce({day('{t}.closed_at')}, {TODAY})"


def opportunity_fields() -> tuple[Field, ...]:
    """What reports ask of an opportunity beyond its own fields."""
    return (
        derived(
            "weighted_amount",
            _("Weighted amount"),
            FieldType.MONEY,
            "round({t}.amount * {t}.probability / 100, 2)",
            help=_("The amount times the probability."),
        ),
        yes_no("is_won", pgettext_lazy("opportunity", "Won"), "({t}.status = 'won')", nullable=False),
        yes_no("is_closed", _("Closed or not"), "({t}.status <> 'open')", nullable=False),
        number(
            "cycle_seconds",
            _("Sales cycle"),
            seconds("{t}.created_at", "{t}.closed_at"),
            help=_("From the creation of the opportunity until it was won or lost."),
        ),
        number(
            "stage_seconds",
            _("Time in the present stage"),
            f"CASE WHEN {{t}}.status = 'open' THEN {seconds('{t}.stage_entered_at', 'now()')} END",
        ),
        number(
            "opening_seconds",
            _("Conversion to opportunity"),
            f"CASE WHEN {_CONVERTED_BEFORE} IS NOT NULL"
            f" THEN greatest({seconds(_CONVERTED_BEFORE, '{t}.created_at')}, 0) END",
            help=_("From the last conversion into its account before it."),
        ),
    )


OPPORTUNITY_UNITS = dict.fromkeys(("cycle_seconds", "stage_seconds", "opening_seconds"), "duration")
# A conversion and the opportunity that it makes are written within a moment of each other.
_CONVERTED_BEFORE = (
    "(SELECT max(c.at) FROM leads_conversion c WHERE c.account_id = {t}.account_id"
    " AND c.at <= {t}.created_at + interval '1 minute')"
)
_WON_ON = (
    f"(SELECT {day('o.closed_at')} FROM sales_opportunity o"
    " WHERE o.id = {t}.opportunity_id AND o.status = 'won')"
)
_FIRST_PAID_ON = "(SELECT min(x.paid_on) FROM orders_payment x WHERE x.order_id = {t}.id AND x.amount > 0)"


def opportunity_node(parent: str = "", **options: Any) -> Node:
    """The opportunity; its amounts are worth what they were on the day it closed, open ones today."""
    given: dict[str, Any] = {
        "fields": opportunity_fields(),
        "units": OPPORTUNITY_UNITS,
        "money_on": OPPORTUNITY_MONEY_ON,
        "currency": "{t}.currency",
        "without": ("note", "amount_by_hand"),
    } | options
    return Node("opportunity", "opportunity", _("Opportunity"), parent=parent, **given)


def order_node(parent: str, **options: Any) -> Node:
    """The order; worth what it was on the day it was ordered."""
    given: dict[str, Any] = {
        "fields": (
            yes_no(
                "is_binding",
                pgettext_lazy("order", "Active or completed"),
                "({t}.state IN ('active', 'completed'))",
                nullable=False,
                help=_("Drafts and cancelled orders are worth nothing."),
            ),
            number("closing_seconds", _("Won to order"), _days("{t}.ordered_on", _WON_ON)),
            number(
                "payment_seconds",
                _("Order to first payment"),
                _days(_FIRST_PAID_ON, "{t}.ordered_on"),
                help=_("In whole days; paid in advance is no time at all."),
            ),
        ),
        "units": dict.fromkeys(("closing_seconds", "payment_seconds"), "duration"),
        "money_on": "{t}.ordered_on",
        "currency": "{t}.currency",
        "without": ("note",),
    } | options
    return Node("order", "order", pgettext_lazy("record", "Order"), parent=parent, **given)


def payment_node(parent: str = "order", **options: Any) -> Node:
    """Entries of the ledger: refunds and voids subtract, so a sum is what was received."""
    given: dict[str, Any] = {
        "on": "{t}.order_id = {p}.id",
        "many": True,
        "money_on": "{t}.paid_on",
        "currency": "{t}.currency",
        "without": ("original_amount", "original_currency", "note", "reference"),
    } | options
    return Node("payment", "payment", pgettext_lazy("record", "Payment"), parent=parent, **given)


def record_choices() -> Sequence[Choice]:
    """What follow-ups and tasks are about."""
    return Choices(
        Choice(key, record_type(key).label) for key in ("lead", "account", "contact", "opportunity", "order")
    )
