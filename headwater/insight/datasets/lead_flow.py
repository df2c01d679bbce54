"""The flow of leads: one row a change of place, with what became of the lead at that owner."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.insight.datasets import parts
from headwater.insight.datasets.leads import origin_nodes
from headwater.insight.engine import Dataset, Node
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Choice, Choices, FieldType
from headwater.kernel.sql import TRUE, Fragment
from headwater.leads import picklists
from headwater.leads.types import Status, Why
from headwater.rollups.queries import spell_table

DAY = 86_400
OWNER = ("lead.owner",)  # who had a lead last has it
_CAUSES = (
    ("response", _("No first follow-up in time")),
    ("overdue", _("No follow-up for too long")),
    ("unconverted", _("Not converted in time")),
)
_TAKEN_BACK = ", ".join(
    f"'{one.value}'" for one in (Why.UNCONVERTED, Why.HANDED_BACK, Why.RESTORED, Why.UNMERGED)
)
# What followed each change is kept ahead; the rest of the ledger's row and the lead are single rows by their
# number, so a statement that asks for neither reads neither. Of archived leads nothing is told, here as
# everywhere.
_TABLE = """
(SELECT s.*, x.to_pool_id, x.from_pool_id, x.from_status, x.to_status, x.actor_id, x.rule,
  l.owner_id AS held_by, l.status AS lead_status, least(l.first_response_due_at, l.follow_due_at) AS due_at
FROM {spells} s LEFT JOIN leads_transfer x ON x.id = s.id LEFT JOIN leads_lead l ON l.id = s.lead_id
  AND l.archived_at IS NULL
WHERE s.is_living)
"""


def _table() -> str:
    return _TABLE.format(spells=spell_table())


# Plain conditions, so that the few open leads are read and not all that ever changed hands.
_OVERDUE = (
    "({t}.held_by = {t}.to_owner_id AND {t}.lead_status IN ('assigned', 'following')"
    " AND {t}.left_at IS NULL AND coalesce({t}.due_at < now(), FALSE))"
)


def _scope(access: Access, alias: str) -> Fragment:
    """Changes from or to people within reach: what somebody did stays theirs when the lead has moved on."""
    if access.reach.everyone:
        return TRUE
    people = sorted(access.reach.people)
    return Fragment(
        f"({alias}.to_owner_id = ANY(%s::bigint[]) OR {alias}.from_owner_id = ANY(%s::bigint[]))",
        (people, people),
    )


def _at_owner(sql: str) -> str:
    """Only of changes that gave the lead to somebody."""
    return f"CASE WHEN {{t}}.to_owner_id IS NOT NULL THEN {sql} END"


def _reasons() -> Sequence[Choice]:
    """Of returns and of marking invalid, and why the house took one back; the first list wins a clash."""
    known: dict[str, Choice] = {}
    for choice in (*picklists.return_reasons(), *picklists.invalid_reasons()):
        known.setdefault(choice.value, choice)
    known |= {value: Choice(value, label) for value, label in _CAUSES}
    return Choices(known.values())


def _transfer_node() -> Node:
    statuses = [(one.value, one.label) for one in Status]
    whys = [(one.value, one.label) for one in Why]
    return Node(
        "transfer",
        "",
        pgettext_lazy("report", "Change of place"),
        table=_table,
        permission="leads.view",
        scope=_scope,
        shown_as="lead",
        fields=(
            parts.moment("at", pgettext_lazy("transfer", "When"), "{t}.at", nullable=False),
            parts.pick("why", pgettext_lazy("transfer", "Why"), "{t}.why", whys, nullable=False),
            parts.person("owner", pgettext_lazy("report", "To whom"), "{t}.to_owner_id"),
            parts.person("former_owner", _("From whom"), "{t}.from_owner_id"),
            parts.link("pool", _("To pool"), "pool", "{t}.to_pool_id"),
            parts.link("former_pool", _("From pool"), "pool", "{t}.from_pool_id"),
            parts.derived(
                "reason", _("Reason"), FieldType.PICKLIST, "nullif({t}.reason, '')", choices=_reasons
            ),
            parts.pick("from_status", _("Status before"), "{t}.from_status", statuses),
            parts.pick("to_status", _("Status after"), "{t}.to_status", statuses),
            parts.person("actor", _("By whom"), "{t}.actor_id"),
            parts.yes_no("is_automatic", _("Automatic"), "({t}.actor_id IS NULL)", nullable=False),
            parts.derived("rule", _("Rule and version"), FieldType.TEXT, "nullif({t}.rule, '')"),
            parts.number(
                "lead_number",
                _("Number of the lead"),
                "{t}.lead_id",
                help=_("Counts different leads quickly, also those that are out of reach by now."),
            ),
            parts.yes_no(
                "is_received",
                _("Given to somebody"),
                f"({{t}}.to_owner_id IS NOT NULL AND {{t}}.why NOT IN ({_TAKEN_BACK}))",
                nullable=False,
                help=_("What was only taken back, such as a handover undone, is not."),
            ),
            parts.yes_no("is_answered", _("Responded to"), _at_owner("{t}.answered_at IS NOT NULL")),
            parts.number(
                "response_seconds",
                _("Time to first response"),
                "{t}.response_seconds",
                help=_("From getting the lead to the first real follow-up while it stayed there."),
            ),
            parts.yes_no(
                "is_within_day",
                _("Responded to within 24 hours"),
                _at_owner(f"coalesce({{t}}.response_seconds <= {DAY}, FALSE)"),
            ),
            parts.pick("ended_by", _("How it left again"), "{t}.ended_by", whys),
            parts.moment("left_at", _("When it left again"), "{t}.left_at"),
            parts.yes_no(
                "is_overdue",
                _("Overdue there now"),
                _OVERDUE,
                help=_("It is still there, and its first response or its next follow-up is late."),
            ),
            parts.number("held_seconds", _("Time held"), parts.seconds("{t}.at", "{t}.left_at")),
        ),
        units={"response_seconds": "duration", "held_seconds": "duration"},
        tells={
            **dict.fromkeys(("owner", "former_owner"), OWNER),
            **dict.fromkeys(("pool", "former_pool"), ("lead.pool",)),
            **dict.fromkeys(("from_status", "to_status"), ("lead.status",)),
        },
    )


def lead_flow() -> Dataset:
    return Dataset(
        key="lead_flow",
        label=_("Flow of leads"),
        description=_(
            "One row is one change of place of a lead: claimed, assigned, returned, recycled, converted …"
            " Of a change that gave it to somebody, also how fast they responded and how it left them again."
        ),
        period="transfer.at",
        nodes=(
            _transfer_node(),
            parts.lead_node("transfer", on="{t}.id = {p}.lead_id"),
            parts.person_node(
                "receiver", pgettext_lazy("report", "To whom"), "transfer", "to_owner_id", tells=OWNER
            ),
            parts.person_node(
                "giver", pgettext_lazy("report", "From whom"), "transfer", "from_owner_id", tells=OWNER
            ),
            *origin_nodes(),
        ),
    )
