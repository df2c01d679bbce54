"""Pieces that the room's pages share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.currencies.queries import company_currency, in_company
from headwater.kernel import clock, listing, sql
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import RecordType, find_record_type, record_type
from headwater.kernel.errors import Text
from headwater.kernel.sql import Fragment, all_of
from headwater.sales.record_types import common
from headwater.sales.related import find_related_list
from headwater.sales.summary import Glance
from headwater.sales.web.people import GroupCard, PeopleCard
from headwater.ui import records
from headwater.ui.pages import FactGroup, RecordPage, RelatedList
from headwater.ui.responses import respond

if TYPE_CHECKING:
    from headwater.sales.web.lines import LinesCard
    from headwater.sales.web.requirements import ChecklistCard

Data = Mapping[str, Any]


@dataclass(frozen=True)
class SalesPage(RecordPage):
    """A record page: at a glance on top, then people, companies, related lists and the lesser facts."""

    glances: tuple[Glance, ...] = ()
    people: tuple[PeopleCard, ...] = ()
    companies: GroupCard | None = None
    lists: tuple[RelatedList, ...] = ()
    later: tuple[FactGroup, ...] = ()
    lines: "LinesCard | None" = None
    checklist: "ChecklistCard | None" = None


# The facts of a page by card; custom fields join the card of their own group, or the first.
_MAIN = {
    "account": (
        "parent",
        "level",
        "industry",
        "company_size",
        "region",
        "address",
        "phone",
        "website",
        "note",
    ),
    "contact": ("mobile", "phone", "email", "wechat", "qq", "account", "title", "department", "note"),
    "opportunity": (
        "account",
        "contact",
        "amount",
        "currency",
        "probability",
        "expected_close_on",
        "lost_reason",
        "lost_note",
        "note",
    ),
}
_CONSENT = ("do_not_call", "do_not_email", "consent_basis", "consent_at", "consent_evidence")
_ORIGIN = ("source", "campaign", "external_id")
_SYSTEM = ("stage_entered_at", "closed_at", "created_at", "created_by")
# Said only when there is something to say.
_QUIET = frozenset(
    {"parent", "qq", "lost_reason", "lost_note", "closed_at", "external_id", "consent_at", "consent_evidence"}
)


def label(kind: RecordType, row: Data, key: str) -> str:
    """The label of a choice, blank for none."""
    field = kind.field(key)
    value = row.get(key)
    return "" if field is None or not value else field.label_of(value)


def groups_of(kind: RecordType, row: Data) -> list[tuple[Text, list[str]]]:
    """The cards of facts on a page, with the fields of each."""
    chosen: dict[str, tuple[Text, list[str]]] = {"": (_("Details"), list(_MAIN[kind.key]))}
    if kind.key == "contact":
        chosen["consent"] = (common.CONSENT_GROUP, list(_CONSENT))
    chosen["origin"] = (common.ORIGIN_GROUP, list(_ORIGIN))
    chosen["system"] = (common.SYSTEM_GROUP, list(_SYSTEM))
    for key, field in kind.all_fields.items():
        if field.is_custom:
            group = str(field.group)
            if group not in chosen:
                chosen = {"": chosen[""], group: (group, [])} | chosen
            chosen[group][1].append(key)
    return [
        (title, [key for key in keys if key in kind.all_fields and (key not in _QUIET or row.get(key))])
        for title, keys in chosen.values()
    ]


def needs(kind: RecordType) -> tuple[str, ...]:
    """What a related row needs besides its columns."""
    return tuple(key for key in ("status", "currency") if kind.field(key) is not None)


def without_edits(groups: Iterable[FactGroup]) -> tuple[FactGroup, ...]:
    """The same facts, to be read only: the permission is there, the reach is not."""
    return tuple(
        replace(group, facts=tuple(replace(fact, edit_url="") for fact in group.facts)) for group in groups
    )


@dataclass(frozen=True, slots=True)
class AccountTotals:
    """What an account may bring and has brought, as far as the reader may see, in the company's currency.

    Amounts in a currency without a rate are left out and counted.
    """

    currency: str
    open_count: int
    open_amount: Decimal | None
    open_left_out: int
    won_count: int
    won_amount: Decimal | None
    won_left_out: int


def account_totals(access: Access, account_id: int) -> AccountTotals | None:
    """Totals of the opportunities within reach; None for a reader who may not see any.

    What is open counts at today's rate, what was won at the one of its day.
    """
    if not access.may("opportunities.view"):
        return None
    kind = record_type("opportunity")
    within = all_of(
        [
            kind.scope(access.also("opportunities.view"), "t"),
            Fragment("t.account_id = %s AND t.archived_at IS NULL", (account_id,)),
        ]
    )
    worth = in_company("t.amount", "t.currency", "coalesce((t.closed_at AT TIME ZONE %s)::date, %s::date)")
    (row,) = sql.rows(
        "SELECT count(*) FILTER (WHERE status = 'open') AS open_count,"
        " sum(worth) FILTER (WHERE status = 'open') AS open_amount,"
        " count(*) FILTER (WHERE status = 'open' AND is_left_out) AS open_left_out,"
        " count(*) FILTER (WHERE status = 'won') AS won_count,"
        " sum(worth) FILTER (WHERE status = 'won') AS won_amount,"
        " count(*) FILTER (WHERE status = 'won' AND is_left_out) AS won_left_out"
        " FROM (SELECT status, worth, amount IS NOT NULL AND worth IS NULL AS is_left_out"
        f"  FROM (SELECT t.status, t.amount, {worth.text} AS worth FROM sales_opportunity t"
        f"   WHERE {within.text}) AS x) AS y",
        (*worth.params, settings.TIME_ZONE, clock.today(), *within.params),
    )
    return AccountTotals(currency=company_currency(), **row)


def count_note(count: int) -> str:
    """How many opportunities stand behind a sum."""
    return (
        ngettext("%(count)s opportunity", "%(count)s opportunities", count) % {"count": count}
        if count
        else ""
    )


def related_list_page(request: HttpRequest, plural: str, record_id: int, name: str) -> HttpResponse:
    """All of a related list, as a list with its own search and sort."""
    on = find_record_type(plural)
    access = permit(request, on.permission("view"))
    row = listing.get(access, on, record_id, fields=["name"])
    one = find_related_list(on.key, name)
    page = records.list_page(
        request,
        access.also(one.kind.permission("view")),
        one.kind,
        url=f"{on.link(record_id)}/related/{name}",
        title=f"{row['name']} · {one.label}",
        where=one.where(record_id),
    )
    return respond(request, "ui/records/list.html", page)
