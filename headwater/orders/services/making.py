"""Orders made from what was won: an opportunity, or the version of a quote that the customer accepted."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from headwater.kernel import listing, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound
from headwater.orders.errors import NotAccepted, NotWon
from headwater.orders.models import OrderLine
from headwater.orders.services.orders import create_order
from headwater.quotes.queries import accepted_version

_FROM_OPPORTUNITY = ("account", "contact", "currency")


@transaction.atomic
def order_from_opportunity(
    access: Access, opportunity_id: int, values: Mapping[str, Any] | None = None
) -> int:
    """Make a draft of a won opportunity: from what its customer accepted, else from its amount; its id.

    `values` come before what is taken over. Refuses with `NotFound` out of reach, `NotWon`, `AlreadyMade`.
    """
    opportunity = _seen(access, opportunity_id)
    if opportunity["status"] != "won":
        raise NotWon(name=opportunity["name"])
    accepted = accepted_version(opportunity_id)
    if accepted is not None and not _has_order(accepted.pk):
        return order_from_quote(access, accepted.pk, values)
    taken = _taken_over(access, opportunity) | {"total": opportunity["amount"]}
    return create_order(access, taken | dict(values or {}))


@transaction.atomic
def order_from_quote(access: Access, version_id: int, values: Mapping[str, Any] | None = None) -> int:
    """Make a draft of an accepted version, with its lines and to the cent what it says; its id.

    Refuses with `NotFound` out of reach, `NotAccepted`, `AlreadyMade`.
    """
    found = sql.rows(
        "SELECT v.id, v.state, v.currency, v.contact_id, q.opportunity_id, q.number"
        " FROM quotes_quoteversion v"
        " JOIN quotes_quote q ON q.id = v.quote_id WHERE v.id = %s AND q.archived_at IS NULL",
        (version_id,),
    )
    if not found:
        raise NotFound(record="quote_version", id=version_id)
    version = found[0]
    opportunity = _seen(access, version["opportunity_id"])
    if version["state"] != "accepted":
        raise NotAccepted(number=version["number"])
    taken = _taken_over(access, opportunity) | {"currency": version["currency"]}
    if version["contact_id"] is not None and _may_name(access, "contact", version["contact_id"]):
        taken["contact"] = version["contact_id"]
    lines = _lines(version_id)
    return create_order(access, taken | dict(values or {}), quote_version_id=version_id, lines=lines)


def _seen(access: Access, opportunity_id: int) -> dict[str, Any]:
    kind = record_type("opportunity")
    if not access.may("opportunities.view"):
        raise NotFound(record="opportunity", id=opportunity_id)
    return listing.get(access.also("opportunities.view"), kind, opportunity_id)


def _taken_over(access: Access, opportunity: Mapping[str, Any]) -> dict[str, Any]:
    taken: dict[str, Any] = {"opportunity": opportunity["id"]}
    for key in _FROM_OPPORTUNITY:
        value = opportunity[key]
        taken[key] = value["id"] if isinstance(value, Mapping) else value
    if taken["contact"] is not None and not _may_name(access, "contact", taken["contact"]):
        taken["contact"] = None
    owner = opportunity["owner"]
    if owner is not None and (owner["id"] == access.user_id or access.reach.covers(owner["id"])):
        taken["owner"] = owner["id"]
    return taken


def _may_name(access: Access, key: str, record_id: int) -> bool:
    """Whether the person may point to the record: what they cannot see is left out, not refused."""
    kind = record_type(key)
    view = kind.permission("view")
    return access.may(view) and record_id in listing.ids_within(access.also(view), kind, [record_id])


def _has_order(version_id: int) -> bool:
    return bool(
        sql.value(
            "SELECT EXISTS (SELECT 1 FROM orders_order WHERE quote_version_id = %s AND archived_at IS NULL"
            " AND state <> 'cancelled')",
            (version_id,),
        )
    )


def _lines(version_id: int) -> list[OrderLine]:
    """The lines as the customer accepted them; their sums hold their part of the discount on the whole."""
    found = sql.rows(
        "SELECT product_id, name, nullif(unit, '') AS unit, quantity, unit_price,"
        " coalesce(discount_percent, 0) AS discount, tax_rate, net, tax, total AS amount"
        " FROM quotes_quoteline WHERE version_id = %s ORDER BY position",
        (version_id,),
    )
    return [OrderLine(**row) for row in found]
